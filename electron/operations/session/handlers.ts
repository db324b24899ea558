import { Refusal } from '../../contract/errors.js';
import type { SessionState } from '../../contract/session.js';
import type { DeskContext, Handlers } from '../context.js';
import { demoName } from '../desk/environment.js';
import { firstOwner } from './first-owner.js';
import { note } from './note.js';
import { openSite } from './open-site.js';
import { signIn } from './sign-in.js';

/** The state in the caller's language: the demo's name is the only word in it. */
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
    context.desk.signIn(null);
    return stateFor(context);
  },
  'session.firstOwner': async (input, context) => {
    await firstOwner(input, context);
    return stateFor(context);
  },
  'session.unlock': async ({ name, minutes }, context) => {
    const { desk, operator, origin } = context;
    const site = openSite(desk);
    const names = desk.connection?.origin === 'demo' ? Object.values(demoName) : [desk.connection?.name];
    if (!names.includes(name)) {
      throw new Refusal(
        'invalid_input',
        { zh: '名称与当前连接不一致', en: 'This is not the name of the open connection' },
        {
          hint: { zh: '逐字输入顶栏显示的连接名称。', en: 'Type the name exactly as the top bar shows it.' },
          details: { fields: [{ field: 'name', problem: 'mismatch' }] },
        },
      );
    }
    if (operator !== null)
      await note(site, {
        author: { operator: operator.username, role: operator.role, origin },
        operation: 'session.unlock',
        input: { name, minutes },
      });
    desk.unlock(minutes);
    return stateFor(context);
  },
  'session.lock': (_input, context) => {
    context.desk.lock();
    return stateFor(context);
  },
} satisfies Pick<
  Handlers,
  'session.state' | 'session.signIn' | 'session.signOut' | 'session.firstOwner' | 'session.unlock' | 'session.lock'
>;
