import type { Step } from '../../jobs/step.js';
import type { Handlers } from '../context.js';
import { ban } from './ban.js';
import { apply, preview, stepOf } from './bulk.js';
import { remove } from './delete.js';
import { getUser } from './details.js';
import { exportUsers } from './export.js';
import { countUsers, listTags, listUsers } from './list.js';
import { apis, tag } from './lists.js';
import { resetPassword } from './password.js';
import { role } from './role.js';
import { unban } from './unban.js';

export { liftExpiredBans } from './expire.js';

/** Everything that can be done with users. */
export const usersHandlers = {
  'users.list': listUsers,
  'users.count': countUsers,
  'users.get': getUser,
  'users.tags': (_, context) => listTags(context),
  'users.export': exportUsers,
  'users.ban.preview': (input, context) => preview(ban, input, context),
  'users.ban': (input, context) => apply(ban, input, context),
  'users.unban.preview': (input, context) => preview(unban, input, context),
  'users.unban': (input, context) => apply(unban, input, context),
  'users.role.preview': (input, context) => preview(role, input, context),
  'users.role': (input, context) => apply(role, input, context),
  'users.tag.preview': (input, context) => preview(tag, input, context),
  'users.tag': (input, context) => apply(tag, input, context),
  'users.apis.preview': (input, context) => preview(apis, input, context),
  'users.apis': (input, context) => apply(apis, input, context),
  'users.password': resetPassword,
  'users.delete.preview': (input, context) => preview(remove, input, context),
  'users.delete': (input, context) => apply(remove, input, context),
} satisfies Pick<Handlers, Extract<keyof Handlers, `users.${string}`>>;

/** Changes to more users than one transaction should hold go on as jobs; these are their steps. */
export const userSteps: readonly Step[] = [
  stepOf(ban),
  stepOf(unban),
  stepOf(role),
  stepOf(tag),
  stepOf(apis),
  stepOf(remove),
];
