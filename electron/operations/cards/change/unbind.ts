import { entriesEdited } from '../../kit/entry-statements.js';
import type { Parsed } from '../../../contract/index.js';
import { part } from '../../../data/mysql/sql.js';
import { type CardAction, protectedHolder, unbound } from './action.js';
import { revokeCard, unbindCard } from '../../../domain/cards/rules.js';

export type UnbindInput = Pick<Parsed<'cards.unbind'>, 'who' | 'afterwards' | 'reason'>;

/**
 * Unbinds cards from their users. They go back to stock with their original expiry, or are revoked.
 * domain/cards/expiry.ts says what memberships lose.
 */
export const unbind: CardAction<UnbindInput> = {
  operation: 'cards.unbind',
  chunk: 1_000,
  verdict(_, asking) {
    const guard = protectedHolder(asking);
    return part(
      `CASE WHEN c.status <> 'used' OR c.bound_to IS NULL THEN 'card_not_bound' ${guard.sql} ELSE 'changed' END`,
      ...guard.parameters,
    );
  },
  effects: {},
  statements: ({ afterwards }, mode) => [
    afterwards === 'stock'
      ? "UPDATE card_keys SET status = 'unused', bound_to = NULL, bound_at = NULL, expires_at = <as made> WHERE id IN (…)"
      : "UPDATE card_keys SET status = 'expired', bound_to = NULL, bound_at = NULL, expires_at = LEAST(<as made>, UTC_TIMESTAMP()) WHERE id IN (…)",
    'UPDATE card_keys SET expires_at = GREATEST(expires_at - INTERVAL <its days> DAY, UTC_TIMESTAMP()) WHERE <the other cards of the same stack>',
    'UPDATE user_card_keys SET … <as the cards>',
    ...(afterwards === 'stock'
      ? ["DELETE FROM user_card_keys WHERE source = 'manual' AND <made by the binding>"]
      : ['INSERT INTO console_card_marks (card_id, key_hash, revoked_at, revoked_by, reason, …) VALUES …']),
    ...entriesEdited(mode, 'cardKey', true),
  ],
  async look(held, sql, { afterwards }, shown) {
    await held.loadBatchEnds(
      sql,
      shown.map((card) => card.id),
    );
    return shown.map(({ id }) => unbound(held, id, afterwards === 'stock'));
  },
  async apply({ held, change, site, author, input }, ids) {
    const revocation = { by: author.operator, reason: input.reason ?? null, auditId: change.auditId };
    await held.loadBatchEnds(change.tx, ids);
    for (const id of ids) {
      // Read again: the previous card may have been of the same stack.
      const card = held.cards.get(id);
      const user = card && held.holderOf(card);
      if (card === undefined || user === undefined) continue;
      const free = unbindCard(held, card, user, input.afterwards === 'stock');
      if (input.afterwards === 'revoke') revokeCard(held, free, revocation);
      held.recordStep(change, site, free);
    }
  },
};
