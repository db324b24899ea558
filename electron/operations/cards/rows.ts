import type { CardRow, CardState, CardType } from '../../contract/cards-list.js';
import { isoOrNull } from '../../data/mysql/database.js';

/** Whether migration 0004 has run here (`site.has('cards')`). Without it there are no marks and no batches. */
export interface CardTables {
  readonly tables: boolean;
}

/** A card as `cardColumns` returns it. */
export interface CardSqlRow {
  readonly id: string | number;
  readonly masked: string;
  readonly key_type: CardType;
  readonly state: CardState;
  readonly stale: string | number;
  readonly created_at: string | null;
  readonly expires_at: string;
  readonly bound_to: string | null;
  readonly bound_at: string | null;
  readonly assigned: string | null;
}

/** With fewer symbols than this after a separator, the part before it may belong to the secret. */
const leastBehindPrefix = 16;
const longestPrefix = 12;
const shortest = 12;
const cover = '••••';

/**
 * The effective state, as SQL over card_keys `c` and its mark `m`: the clock and the console's tables decide, even if
 * the column says something else. A mark counts only while nobody uses the card.
 */
export function stateSql({ tables }: CardTables): string {
  const revoked = tables ? " WHEN m.revoked_at IS NOT NULL THEN 'revoked'" : '';
  return `CASE WHEN c.status = 'used' THEN 'used'${revoked} WHEN c.status = 'expired' OR c.expires_at <= UTC_TIMESTAMP() THEN 'expired' ELSE 'unused' END`;
}

/** The column says unused, but the card has expired. */
export const staleSql = "(c.status = 'unused' AND c.expires_at <= UTC_TIMESTAMP())";

const separator = "LOCATE('-', c.plain_key)";
const prefixed = `(${separator} BETWEEN 2 AND ${String(longestPrefix + 1)} AND CHAR_LENGTH(REPLACE(SUBSTRING(c.plain_key, ${separator} + 1), '-', '')) >= ${String(leastBehindPrefix)})`;

/**
 * The key of card_keys `c` with its middle masked. The server masks it, so that plain text is not sent. It shows the
 * last four characters. The part before the first separator is shown only if at least sixteen symbols follow: then it
 * is a prefix and not secret. Short keys are masked completely, and so are cards whose plain text the site never kept
 * (they contain the hash instead).
 */
export const maskedSql = `CASE WHEN c.plain_key = c.key_hash OR CHAR_LENGTH(c.plain_key) < ${String(shortest)} THEN '${cover}'
  ELSE CONCAT(IF(${prefixed}, LEFT(c.plain_key, ${separator}), ''), '${cover}', RIGHT(c.plain_key, 4)) END`;

/** The same in JavaScript, for a text that is in memory anyway (a line of a file). */
export function maskKey(plain: string): string {
  const symbols = Array.from(plain);
  if (symbols.length < shortest || /^[0-9a-f]{64}$/i.test(plain)) return cover;
  const at = plain.indexOf('-');
  const open =
    at >= 1 && at <= longestPrefix && Array.from(plain.slice(at + 1).replaceAll('-', '')).length >= leastBehindPrefix;
  return `${open ? plain.slice(0, at + 1) : ''}${cover}${symbols.slice(-4).join('')}`;
}

/**
 * The columns of a row in a list, over the result of `matchingCards`. The batch is read for a whole page: see
 * `batchesOf`.
 */
export function cardColumns(about: CardTables): string {
  return `c.id, ${maskedSql} AS masked, c.key_type, ${stateSql(about)} AS state, ${staleSql} AS stale, c.created_at, c.expires_at, c.bound_to, c.bound_at,
  (SELECT k.username FROM user_card_keys k WHERE k.key_hash = c.key_hash LIMIT 1) AS assigned`;
}

/** A card as users see it. */
export function cardRow(row: CardSqlRow, batch: string | null): CardRow {
  return {
    id: String(row.id),
    masked: row.masked,
    type: row.key_type,
    state: row.state,
    stale: Number(row.stale) === 1,
    createdAt: isoOrNull(row.created_at),
    expiresAt: isoOrNull(row.expires_at),
    boundTo: row.bound_to,
    boundAt: isoOrNull(row.bound_at),
    assignedTo: row.assigned,
    batch,
  };
}
