import { runAudited } from '../../../data/write/audited-change.js';
import type { Site } from '../../../data/site.js';
import { part, whereAll } from '../../../data/mysql/sql.js';
import { joinMarks } from '../filter.js';
import { staleSql } from '../rows.js';
import { type CardAction, cardChange, ownerName } from './action.js';
import { expireCard } from '../../../domain/cards/rules.js';

/** Cards whose column says unused although they have expired: the column is corrected, and the users' records too. */
export const expireStale: CardAction<{ readonly who?: never }> = {
  operation: 'cards.sweep',
  chunk: 2_000,
  // Also used for rows by their ids, under the lock.
  verdict: () => part(`IF(${staleSql}, 'changed', 'already_so')`),
  effects: {},
  statements: () => [
    "UPDATE card_keys SET status = 'expired' WHERE status = 'unused' AND expires_at <= UTC_TIMESTAMP()",
    "UPDATE user_card_keys SET status = 'expired' WHERE <their cards>",
  ],
  scope: () => ({ parts: [whereAll(part(`FROM card_keys c${joinMarks}`), [part(staleSql)])], unresolved: [] }),
  look: (held, _sql, _input, shown) =>
    Promise.resolve(
      shown.map((card) => ({ user: ownerName(card, held.recordsOf(card)), of: 'card', after: card.expires_at })),
    ),
  apply({ held, change: step, site }, ids) {
    for (const id of ids) {
      const card = held.cards.get(id);
      if (card !== undefined) held.recordStep(step, site, expireCard(held, card));
    }
    return Promise.resolve();
  },
};

/** Maximum number of cards per run, and the pause between runs, so that nobody has to wait for it. */
const most = 2_000;
const pauseMs = 600_000;
const lastSweep = new WeakMap<Site, number>();

/**
 * Marks stale cards as expired, at most 2,000 of them and at most every ten minutes. Returns how many. For a timer: if
 * two consoles run it at once, each card is marked once; if nothing is stale, nothing is written. `now` is the caller's
 * clock in milliseconds.
 */
export async function expireStaleCards(site: Site, now = Date.now()): Promise<number> {
  if (!(await site.has('console')) || !(await site.has('cards'))) return 0;
  if (now - (lastSweep.get(site) ?? -Infinity) < pauseMs) return 0;
  lastSweep.set(site, now);
  const rows = await site.db.rows<{ id: string | number }>(
    `SELECT c.id FROM card_keys c WHERE ${staleSql} ORDER BY c.id LIMIT ${String(most)}`,
  );
  if (rows.length === 0) return 0;
  const targets = rows.map(({ id }) => ({ target: String(id), state: null }));
  const author = { operator: 'console', role: 'owner', origin: 'schedule' } as const;
  const { value } = await runAudited(
    site,
    { author, operation: expireStale.operation, input: {} },
    async (step) => (await cardChange(expireStale).act(step, site, author, {}, targets)).size,
  );
  return value;
}
