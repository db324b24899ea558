import type { Expiry } from '../../../contract/cards-list.js';
import { Refusal } from '../../../contract/errors.js';
import type { Parsed } from '../../../contract/index.js';
import { databaseNow } from '../../../domain/clock.js';
import { endMillis } from '../../../domain/cards/end.js';
import { later } from '../../../domain/cards/expiry.js';
import type { Card } from '../../../domain/cards/rows.js';
import { markCard, moveRecords, revokeCard } from '../../../domain/cards/rules.js';
import { millis, timestamp } from '../../../domain/values.js';
import { isoOf, type Sql } from '../../../data/mysql/database.js';
import { lastInstant } from '../../../data/mysql/last-instant.js';
import { part } from '../../../data/mysql/sql.js';
import { checkNotRolledBack, createBatch } from '../batch-store.js';
import { withoutSet } from '../../kit/bulk.js';
import { type CardAction, givenTo, ownerName } from './action.js';
import { common, formatsOfCards, heldCards, makeCards } from './new-cards.js';
import { rowsById } from './rows.js';

export type ReissueInput = Pick<Parsed<'cards.reissue'>, 'who' | 'expiry' | 'reason'> & {
  /** The batch of the new cards. A job's batch is created with the job. */
  readonly batchId?: string;
};

/**
 * Gives unused cards a new key of the same type and format. The old card is revoked and linked with the new one. If it
 * was given to a user, the new one belongs to that user. With the same expiry, the new card gets the old card's
 * creation time, so that it is worth as many days. Cards that have expired can only be re-issued with a new expiry.
 */
export const reissue: CardAction<ReissueInput> = {
  operation: 'cards.reissue',
  chunk: 500,
  verdict: ({ expiry }) =>
    part(
      `CASE WHEN c.status = 'used' THEN 'card_used' WHEN m.replaced_by IS NOT NULL THEN 'already_so'
        ${expiry === 'same' ? "WHEN m.revoked_at IS NOT NULL THEN 'card_revoked' WHEN c.status = 'expired' OR c.expires_at <= UTC_TIMESTAMP() THEN 'card_expired'" : ''} ELSE 'changed' END`,
    ),
  state: givenTo,
  effects: {
    assigned: '(SELECT 1 FROM user_card_keys k WHERE k.key_hash = c.key_hash LIMIT 1) IS NOT NULL',
  },
  statements: () => [
    'INSERT INTO card_keys (id, key_hash, plain_key, key_type, status, created_at, expires_at) VALUES … -- new keys',
    "UPDATE card_keys SET status = 'expired', expires_at = LEAST(expires_at, UTC_TIMESTAMP()) WHERE id IN (…)",
    'UPDATE user_card_keys SET key_hash = <the new one>, … WHERE key_hash IN (…)',
    'INSERT INTO console_card_marks (card_id, key_hash, revoked_at, revoked_by, reason, replaced_by, replaces, …) VALUES …',
  ],
  check({ expiry }) {
    if (expiry === 'same' || expiry.kind === 'type') return;
    const now = Date.now();
    const at = endMillis(expiry, 'week', now, now);
    if (at > now && at <= lastInstant) return;
    throw new Refusal(
      'invalid_input',
      at > lastInstant
        ? { zh: '数据库无法保存 2038 年 1 月之后的到期时间', en: 'The database holds no expiry after January 2038' }
        : { zh: '到期时间已经过去', en: 'The new keys would end in the past' },
      { hint: { zh: '换一个到期时间。', en: 'Choose another expiry.' }, details: { field: 'expiry' } },
    );
  },
  look: (held, _sql, { expiry }, shown) =>
    Promise.resolve(
      shown.map((card) => ({
        user: ownerName(card, held.recordsOf(card)),
        of: 'card',
        after: endOf(card, expiry, held.now),
      })),
    ),
  async apply({ held, change, site, author, input }, ids) {
    const old = heldCards(held, ids);
    const format = await formatsOfCards(change.tx, ids);
    const makings = old.map((card) => ({
      type: card.key_type,
      format: format(card.id),
      // A card's value for a membership is counted from its creation: with the same expiry it stays the same.
      createdAt: input.expiry === 'same' ? card.created_at : held.now,
      expiresAt: endOf(card, input.expiry, held.now),
    }));
    const type = common(makings.map((making) => making.type));
    const expiresAt = common(makings.map((making) => making.expiresAt));
    const look = common(makings.map((making) => making.format));
    const batchId =
      input.batchId ??
      (await createBatch(change, author, {
        kind: 'reissue',
        type: type ?? null,
        wanted: makings.length,
        note: input.reason ?? null,
        ...(look === undefined ? {} : { format: look }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }));
    const made = await makeCards(change.tx, batchId, makings);
    const revocation = { by: author.operator, reason: input.reason ?? null, auditId: change.auditId };
    for (const [at, card] of old.entries()) {
      const fresh = made[at];
      if (fresh === undefined) continue;
      held.cards.adopt(null, fresh);
      moveRecords(held, card, fresh);
      // A card that was revoked before keeps who revoked it, and why.
      if ((held.marks.get(card.id)?.revoked_at ?? null) === null) revokeCard(held, card, revocation);
      markCard(held, card, change.auditId, { replaced_by: fresh.id });
      markCard(held, fresh, change.auditId, { replaces: card.id });
      held.recordStep(change, site, card);
      change.invalidate([site.keys.of('cardKey', fresh.key_hash)]);
    }
  },
  mayGoOn: (sql, { batchId }) => (batchId === undefined ? Promise.resolve() : checkNotRolledBack(sql, batchId)),
  async start({ change, author, input, targets }, create) {
    const expiry = await oneEnd(change.tx, input.expiry);
    const ids = targets.map(({ target }) => target);
    const expiresAt = expiry === 'same' ? await commonEnd(change.tx, ids) : expiry.kind === 'at' ? expiry.at : null;
    const batchId = await createBatch(change, author, {
      kind: 'reissue',
      type: null,
      wanted: targets.length,
      note: input.reason ?? null,
      ...(expiresAt === null ? {} : { expiresAt }),
    });
    const jobId = await create({ ...withoutSet(input), expiry, batchId });
    await change.tx.run('UPDATE console_card_batches SET job_id = ? WHERE id = ?', [jobId, batchId]);
    return jobId;
  },
};

/** The days are counted from the start of the job and not from each chunk, so that the batch has one expiry. */
async function oneEnd(sql: Sql, expiry: Expiry | 'same'): Promise<Expiry | 'same'> {
  if (expiry === 'same' || expiry.kind !== 'days') return expiry;
  return { kind: 'at', at: isoOf(later(await databaseNow(sql), expiry.days)) };
}

/** The expiry of all these cards; null if they differ. */
async function commonEnd(sql: Sql, ids: readonly string[]): Promise<string | null> {
  const ends = await rowsById<{ expires_at: string }>(
    sql,
    'SELECT DISTINCT expires_at FROM card_keys WHERE id IN (?) LIMIT 2',
    ids,
  );
  return common(ends.map((row) => row.expires_at)) ?? null;
}

function endOf(card: Card, expiry: Expiry | 'same', now: string): string {
  if (expiry === 'same') return card.expires_at;
  return timestamp(endMillis(expiry, card.key_type, millis(now), millis(now)), 'expiry');
}
