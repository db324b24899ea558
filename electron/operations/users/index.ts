import type { HandlersOf } from '../context.js';
import { changes } from '../kit/changes.js';
import { ban } from './ban.js';
import { userChange } from './bulk.js';
import { remove } from './delete.js';
import { getUser } from './details.js';
import { usersQuery } from './list.js';
import { apis, tag } from './tags-and-apis.js';
import { resetPassword } from './password.js';
import { role } from './role.js';
import { listTags } from './tags.js';
import { unban } from './unban.js';

export { liftExpiredBans } from './expire.js';

const changing = changes({
  'users.ban': userChange(ban),
  'users.unban': userChange(unban),
  'users.role': userChange(role),
  'users.tag': userChange(tag),
  'users.apis': userChange(apis),
  'users.delete': userChange(remove),
});

/** Everything that can be done with users. */
export const usersHandlers = {
  ...changing.handlers,
  'users.list': usersQuery.list,
  'users.count': usersQuery.count,
  'users.get': getUser,
  'users.tags': (_, context) => listTags(context),
  'users.export': usersQuery.exportCsv,
  'users.password': resetPassword,
} satisfies HandlersOf<'users'>;

/** The steps of jobs, for changes of more users than one transaction should lock. */
export const userSteps = changing.steps;
