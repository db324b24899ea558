import { Refusal } from '../../contract/errors.js';
import type { SessionState } from '../../contract/session.js';
import type { DeskContext, HandlersOf } from '../context.js';
import { demoName } from '../desk/environment.js';
import { checkConnectionName } from './connection-name.js';
import { firstOwner, previewFirstOwner } from './first-owner.js';
import { auditSession } from './audit-session.js';
import { openSite } from './open-site.js';
import { signIn } from './sign-in.js';

/** The session state in the caller's language. Only the demo's name has to be translated. */
export async function stateFor({ desk, signal, say }: DeskContext): Promise<SessionState> {
  const state = await desk.state(signal);
  return state.connection?.demo === true
    ? { ...state, connection: { ...state.connection, name: say(demoName) } }
    : state;
}

export const sessionHandlers = {
  'session.state': (_input, context) => stateFor(context),
  'session.signIn': async (input, context) => {
    await signIn(input, context);
    return stateFor(context);
  },
  'session.signOut': (_input, context) => {
    context.desk.signOut();
    return stateFor(context);
  },
  'session.firstOwner.preview': (input, context) => previewFirstOwner(input, context),
  'session.firstOwner': async (input, context) => {
    await firstOwner(input, context);
    return stateFor(context);
  },
  'session.unlock': async ({ name, minutes }, context) => {
    const { desk, operator, origin } = context;
    const site = openSite(desk);
    checkConnectionName(desk, name, 'name');
    if (operator !== null)
      await auditSession(site, {
        author: { operator: operator.username, role: operator.role, origin },
        operation: 'session.unlock',
        input: { name, minutes },
      });
    // Somebody else may have signed in, or another connection may be open. Then the unlock is not for them.
    if (desk.operator !== operator || desk.site !== site)
      throw new Refusal('conflict', {
        zh: '期间登录或连接已变化，没有解锁',
        en: 'The sign-in or the connection has changed meanwhile: nothing was unlocked',
      });
    desk.unlock(minutes);
    return stateFor(context);
  },
  'session.lock': (_input, context) => {
    context.desk.lock();
    return stateFor(context);
  },
} satisfies HandlersOf<'session'>;
