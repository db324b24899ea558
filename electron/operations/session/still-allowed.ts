import type { Operator } from '../../contract/session.js';
import type { Site } from '../../storage/site.js';

/** The operator as the site sees them now: with another role, or null once they are banned, demoted or gone. While MySQL is away, as before. */
export async function stillAllowed(site: Site, operator: Operator): Promise<Operator | null> {
  const rows = await site.db
    .rows<{ username: string; role: string; banned: number | null }>(
      'SELECT username, role, banned FROM users WHERE username = ?',
      [operator.username],
    )
    .catch(() => null);
  if (rows === null) return operator;
  const row = rows.find((one) => one.username === operator.username);
  if (row === undefined || (row.banned ?? 0) !== 0) return null;
  return row.role === 'owner' || row.role === 'admin' ? { username: row.username, role: row.role } : null;
}
