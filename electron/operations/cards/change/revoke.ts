import { entriesEdited } from '../../kit/entry-statements.js';
import type { Parsed } from '../../../contract/index.js';
import { part } from '../../../data/mysql/sql.js';
import { type CardAction, givenTo, ownerName, protectedHolder, protectedOwner, unbound } from './action.js';
import { revokeCard, unbindCard } from '../../../domain/cards/rules.js';

export type RevokeInput = Pick<Parsed<'cards.revoke'>, 'who' | 'reason' | 'boundToo'>;

/**
 * Takes cards out of use for good: they expire now, so that the site cannot bind them, and they are marked. Cards in
 * use are skipped or, with `boundToo`, unbound first.
 */
export const revoke: CardAction<RevokeInput> = {
  operation: 'cards.revoke',
  chunk: 1_000,
  verdict({ boundToo }, asking) {
    const guard = protectedHolder(asking);
    const used = boundToo
      ? part(`CASE WHEN c.bound_to IS NULL THEN 'card_used' ${guard.sql} ELSE 'changed' END`, ...guard.parameters)
      : part("'card_used'");
    const given = protectedOwner(asking);
    return part(
      `CASE WHEN c.status = 'used' THEN ${used.sql} WHEN m.revoked_at IS NOT NULL THEN 'already_so'
        WHEN c.status = 'expired' OR c.expires_at <= UTC_TIMESTAMP() THEN 'card_expired' ${given.sql} ELSE 'changed' END`,
      ...used.parameters,
      ...given.parameters,
    );
  },
  state: givenTo,
  effects: {
    bound: "c.status = 'used'",
    assigned:
      "c.status <> 'used' AND (SELECT 1 FROM user_card_keys k WHERE k.key_hash = c.key_hash LIMIT 1) IS NOT NULL",
  },
  statements: ({ boundToo }, mode) => [
    ...(boundToo ? ['UPDATE card_keys SET bound_to = NULL, bound_at = NULL WHERE id IN (…) -- as unbinding does'] : []),
    "UPDATE card_keys SET status = 'expired', expires_at = LEAST(expires_at, UTC_TIMESTAMP()) WHERE id IN (…)",
    'UPDATE user_card_keys SET … <as the cards>',
    'INSERT INTO console_card_marks (card_id, key_hash, revoked_at, revoked_by, reason, …) VALUES …',
    ...(boundToo ? entriesEdited(mode, 'cardKey', true) : []),
  ],
  async look(held, sql, { boundToo }, shown) {
    if (boundToo)
      await held.loadBatchEnds(
        sql,
        shown.map((card) => card.id),
      );
    return shown.map(
      (card) =>
        unbound(held, card.id, false) ?? {
          user: ownerName(card, held.recordsOf(card)),
          of: 'card',
          after: card.expires_at < held.now ? card.expires_at : held.now,
        },
    );
  },
  async apply({ held, change, site, author, input }, ids) {
    const revocation = { by: author.operator, reason: input.reason ?? null, auditId: change.auditId };
    if (input.boundToo) await held.loadBatchEnds(change.tx, ids);
    for (const id of ids) {
      const card = held.cards.get(id);
      if (card === undefined) continue;
      const user = held.holderOf(card);
      const free = user === undefined ? card : unbindCard(held, card, user, false);
      held.recordStep(change, site, revokeCard(held, free, revocation));
    }
  },
};
