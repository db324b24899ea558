import type { Step } from '../../jobs/step.js';
import type { Handlers } from '../context.js';
import { apply, preview, stepOf } from '../kit/bulk.js';
import { ban } from './ban.js';
import { userChange } from './bulk.js';
import { remove } from './delete.js';
import { getUser } from './details.js';
import { exportUsers } from './export.js';
import { countUsers, listTags, listUsers } from './list.js';
import { apis, tag } from './lists.js';
import { resetPassword } from './password.js';
import { role } from './role.js';
import { unban } from './unban.js';

export { liftExpiredBans } from './expire.js';

const changes = {
  ban: userChange(ban),
  unban: userChange(unban),
  role: userChange(role),
  tag: userChange(tag),
  apis: userChange(apis),
  remove: userChange(remove),
};

/** Everything that can be done with users. */
export const usersHandlers = {
  'users.list': listUsers,
  'users.count': countUsers,
  'users.get': getUser,
  'users.tags': (_, context) => listTags(context),
  'users.export': exportUsers,
  'users.ban.preview': (input, context) => preview(changes.ban, input, context),
  'users.ban': (input, context) => apply(changes.ban, input, context),
  'users.unban.preview': (input, context) => preview(changes.unban, input, context),
  'users.unban': (input, context) => apply(changes.unban, input, context),
  'users.role.preview': (input, context) => preview(changes.role, input, context),
  'users.role': (input, context) => apply(changes.role, input, context),
  'users.tag.preview': (input, context) => preview(changes.tag, input, context),
  'users.tag': (input, context) => apply(changes.tag, input, context),
  'users.apis.preview': (input, context) => preview(changes.apis, input, context),
  'users.apis': (input, context) => apply(changes.apis, input, context),
  'users.password': resetPassword,
  'users.delete.preview': (input, context) => preview(changes.remove, input, context),
  'users.delete': (input, context) => apply(changes.remove, input, context),
} satisfies Pick<Handlers, Extract<keyof Handlers, `users.${string}`>>;

/** Changes to more users than one transaction should hold go on as jobs; these are their steps. */
export const userSteps: readonly Step[] = [
  stepOf(changes.ban),
  stepOf(changes.unban),
  stepOf(changes.role),
  stepOf(changes.tag),
  stepOf(changes.apis),
  stepOf(changes.remove),
];
