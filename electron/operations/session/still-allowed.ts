import { Refusal } from '../../contract/errors.js';
import type { Operator } from '../../contract/session.js';
import type { Author } from '../../storage/change.js';
import type { Sql } from '../../storage/mysql/database.js';
import type { Site } from '../../storage/site.js';

interface Row {
  readonly username: string;
  readonly role: string;
  readonly banned: number | null;
}

/** The operator as the site sees them now: with another role, or null once they are banned, demoted or gone. While MySQL is away, as before. */
export async function stillAllowed(site: Site, operator: Operator): Promise<Operator | null> {
  const rows = await rowsOf(site.db, operator.username).catch(() => null);
  return rows === null ? operator : standing(rows, operator.username);
}

/**
 * Inside a change: holds the operator's row, so that a ban or demotion is either seen here or comes after the commit. To be asked last, when
 * the rows to be changed are held already. Throws forbidden.
 */
export async function holdStanding(tx: Sql, author: Pick<Author, 'operator' | 'role'>): Promise<void> {
  const now = standing(await rowsOf(tx, author.operator, ' LOCK IN SHARE MODE'), author.operator);
  if (now?.role !== author.role) throw lostStanding(now);
}

/** The refusal of whoever was banned, deleted or given another role after signing in. */
export function lostStanding(now: Operator | null): Refusal {
  return new Refusal(
    'forbidden',
    now === null
      ? { zh: '你的账号已被封禁、降级或删除', en: 'Your account was banned, demoted or deleted' }
      : { zh: '你的角色已经变更', en: 'Your role has changed' },
    {
      hint:
        now === null
          ? { zh: '没有做任何改动。请联系站长。', en: 'Nothing was changed. Ask the owner.' }
          : { zh: '没有做任何改动，按新的角色再试一次。', en: 'Nothing was changed. Try again with your new role.' },
    },
  );
}

function rowsOf(sql: Sql, username: string, suffix = ''): Promise<Row[]> {
  return sql.rows<Row>(`SELECT username, role, banned FROM users WHERE username = ?${suffix}`, [username]);
}

function standing(rows: readonly Row[], username: string): Operator | null {
  const row = rows.find((one) => one.username === username);
  if (row === undefined || (row.banned ?? 0) !== 0) return null;
  return row.role === 'owner' || row.role === 'admin' ? { username: row.username, role: row.role } : null;
}
