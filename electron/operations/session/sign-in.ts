import { Refusal } from '../../contract/errors.js';
import type { Operator } from '../../contract/session.js';
import type { DeskContext } from '../context.js';
import type { Desk } from '../desk/desk.js';
import { writeJobError } from '../../jobs/job-error.js';
import { Attempts } from './attempts.js';
import { auditSession } from './audit-session.js';
import { openSite } from './open-site.js';
import { verifyPassword } from './passwords.js';
import { stampOf } from './operator-rights.js';

const attemptsAt = new WeakMap<Desk, Attempts>();

function attemptsOf(desk: Desk): Attempts {
  const attempts = attemptsAt.get(desk) ?? new Attempts();
  attemptsAt.set(desk, attempts);
  return attempts;
}

interface UserRow {
  readonly id: string | number;
  readonly username: string;
  readonly password_hash: string;
  readonly role: string;
  readonly banned: number | null;
}

/**
 * Signs in an owner or admin of the site. A wrong name and a wrong password give the same answer. Throws forbidden
 * (wrong, too many tries, not an operator, banned), conflict (not a site's database), unavailable.
 */
export async function signIn(
  given: { readonly username: string; readonly password: string },
  context: DeskContext,
): Promise<void> {
  const { desk, signal, origin } = context;
  const site = openSite(desk);
  const { database } = await desk.state(signal);
  if (database === 'empty') {
    throw new Refusal(
      'conflict',
      { zh: '数据库是空的，还没有账号', en: 'The database is empty: there are no accounts yet' },
      { hint: { zh: '先创建首个站长账号。', en: 'Make the first owner first.' } },
    );
  }
  if (database === 'foreign')
    throw new Refusal('conflict', {
      zh: '这个数据库属于另一个应用',
      en: 'This database belongs to another application',
    });
  const [user] = await site.db.rows<UserRow>(
    'SELECT id, username, password_hash, role, banned FROM users WHERE username = ?',
    [given.username],
    signal,
  );
  // The database may treat several spellings as one user, so they share one count of attempts.
  const counted = user?.username ?? given.username.normalize('NFKC').trim().toLowerCase();
  const refuse = async (refusal: Refusal): Promise<never> => {
    const author = { operator: user?.username ?? given.username, role: roleOf(user) ?? 'none', origin };
    await auditSession(site, {
      author,
      operation: 'session.signIn',
      input: { username: given.username, password: '***' },
      refused: writeJobError(refusal.text),
    });
    throw refusal;
  };

  const attempts = attemptsOf(desk);
  attempts.begin(`${desk.connection?.id ?? ''}\n${counted}`);
  if (!(await verifyPassword(user?.password_hash ?? null, given.password)) || user === undefined)
    return refuse(wrong());
  const role = roleOf(user);
  if (role === null) return refuse(noOperator());
  if ((user.banned ?? 0) !== 0) return refuse(banned());
  attempts.succeeded(`${desk.connection?.id ?? ''}\n${counted}`);
  const operator: Operator = { username: user.username, role };
  await auditSession(site, {
    author: { operator: operator.username, role, origin },
    operation: 'session.signIn',
    input: { username: given.username, password: '***' },
  });
  // Another connection may have been opened in the meantime, with another operator.
  if (desk.site !== site)
    throw new Refusal('conflict', { zh: '登录期间连接已更换', en: 'Another connection was opened meanwhile' });
  desk.signIn(operator, stampOf(user));
}

function roleOf(user: UserRow | undefined): Operator['role'] | null {
  return user?.role === 'owner' || user?.role === 'admin' ? user.role : null;
}

function wrong(): Refusal {
  return new Refusal(
    'forbidden',
    { zh: '用户名或密码不对', en: 'The name or the password is wrong' },
    { hint: { zh: '用站点的站长或管理员账号登录。', en: 'Sign in with an owner’s or admin’s account of the site.' } },
  );
}

function noOperator(): Refusal {
  return new Refusal(
    'forbidden',
    { zh: '这个账号不是站长或管理员', en: 'This account is neither an owner’s nor an admin’s' },
    { hint: { zh: '请站长把它设为管理员。', en: 'Have the owner make it an admin.' } },
  );
}

function banned(): Refusal {
  return new Refusal(
    'forbidden',
    { zh: '这个账号已被封禁', en: 'This account is banned' },
    { hint: { zh: '请站长解封。', en: 'Have the owner lift the ban.' } },
  );
}
