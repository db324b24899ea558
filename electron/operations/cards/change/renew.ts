import { entriesEdited } from '../../kit/entry-statements.js';
import { cardDays } from '../../../contract/cards-list.js';
import type { PreviewRow, SkipReason } from '../../../contract/common.js';
import type { Parsed } from '../../../contract/index.js';
import { isoOf, isoOrNull } from '../../../data/mysql/database.js';
import type { BulkChange } from '../../kit/bulk.js';
import { intentOf } from '../../kit/fingerprint.js';
import {
  freeze,
  type Eligibility,
  rowsWith,
  skippedGroups,
  unchangedSinceFreeze,
  type Subject,
  survey,
} from '../../kit/selection-survey.js';
import { resolveSelection } from '../../users/selection.js';
import { part } from '../../../data/mysql/sql.js';
import { checkNotRolledBack, createBatch } from '../batch-store.js';
import { later } from '../../../domain/cards/expiry.js';
import { bindCard } from '../../../domain/cards/rules.js';
import { CardChanges, type LockedCardUser } from './card-changes.js';
import { makeCards, usualFormat } from './new-cards.js';

export type RenewInput = Pick<Parsed<'cards.renew'>, 'who' | 'type' | 'note'> & {
  /** The batch of the new cards. A job's batch is created with the job. */
  readonly batchId?: string;
};

type Skip = Extract<SkipReason, 'owner' | 'user_banned' | 'past_2038'>;

/** Users `u` whose memberships are renewed. */
const members: Subject<Skip> = {
  identity: 'u.id, u.role',
  name: 'u.username',
  skips: ['owner', 'user_banned', 'past_2038'],
};

const byName = 'FROM users u WHERE u.username IN (?)';

const end = 'COALESCE((SELECT MAX(b.expires_at) FROM card_keys b WHERE b.bound_to = u.username), UTC_TIMESTAMP())';

/** Owners hold no cards: the site lets them in whatever their card says. */
function judgementOf({ type }: RenewInput): Eligibility {
  return {
    verdict: part(
      `CASE WHEN u.role = 'owner' THEN 'owner' WHEN u.banned = 1 THEN 'user_banned'
        WHEN GREATEST(${end}, UTC_TIMESTAMP()) > TIMESTAMP('2038-01-19 03:14:07') - INTERVAL ${String(cardDays[type])} DAY THEN 'past_2038' ELSE 'changed' END`,
    ),
    // After another renewal, the operator has to decide again. If only time has passed, nothing has changed.
    state: "COALESCE((SELECT MAX(b.expires_at) FROM card_keys b WHERE b.bound_to = u.username), '')",
  };
}

/**
 * Creates a card of a type for each user and binds it at once. A first card runs from now; a further card adds its days
 * to what is left.
 */
export const renew: BulkChange<RenewInput> = {
  operation: 'cards.renew',
  chunk: 500,
  statements: (_input, mode) => [
    'INSERT INTO card_keys (id, key_hash, plain_key, key_type, status, created_at, expires_at) VALUES … -- one for each user',
    "UPDATE card_keys SET status = 'used', bound_to = <user>, bound_at = UTC_TIMESTAMP(), expires_at = <the new end> WHERE id IN (…)",
    'UPDATE card_keys SET expires_at = <the new end> WHERE <the other active cards of these users>',
    'INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, …) VALUES …',
    ...entriesEdited(mode, 'cardKey', true),
  ],
  async plan(sql, _site, _asking, input) {
    const judgement = judgementOf(input);
    const scope = await resolveSelection(sql, input.who);
    const intention = intentOf('cards.renew', input, scope.others);
    const found = await survey(sql, intention, members, scope, judgement);
    return {
      fingerprint: found.fingerprint,
      changed: found.counts.changed,
      skipped: await skippedGroups(sql, members, scope, judgement, found),
      effects: {},
      others: scope.others ?? [],
      async rows(most) {
        const rows = await rowsWith<{ username: string }>(sql, scope, judgement, ['changed'], 'u.username', most);
        const names = rows.map((row) => row.username);
        const held = await CardChanges.load(sql, { users: names }, false);
        return { rows: names.map((name) => row(held, name, input)) };
      },
      freeze: () => freeze(sql, intention, members, scope, judgement),
    };
  },
  async act(change, site, author, input, targets) {
    const held = await CardChanges.load(change.tx, { users: targets.map(({ target }) => target) }, true);
    const standing = await unchangedSinceFreeze(change.tx, members, byName, judgementOf(input), targets);
    const users = targets.flatMap(({ target }): LockedCardUser[] => {
      const user = held.user(target);
      return user !== undefined && standing.has(target) ? [user] : [];
    });
    if (users.length === 0) return new Set();
    const batchId = input.batchId ?? (await createBatch(change, author, batchOf(input, users.length)));
    const making = {
      type: input.type,
      format: usualFormat,
      createdAt: held.now,
      expiresAt: later(held.now, cardDays[input.type]),
    };
    const made = await makeCards(
      change.tx,
      batchId,
      users.map(() => making),
    );
    for (const [at, user] of users.entries()) {
      const card = made[at];
      if (card === undefined) continue;
      held.cards.adopt(null, card);
      bindCard(held, card, user);
      held.recordStep(change, site, card);
    }
    await held.write(change);
    return new Set(users.map(({ username }) => username));
  },
  mayGoOn: (sql, { batchId }) => (batchId === undefined ? Promise.resolve() : checkNotRolledBack(sql, batchId)),
  async start({ change, author, input, targets }, create) {
    const { who: _, ...rest } = input;
    const batchId = await createBatch(change, author, batchOf(input, targets.length));
    const jobId = await create({ ...rest, batchId });
    await change.tx.run('UPDATE console_card_batches SET job_id = ? WHERE id = ?', [jobId, batchId]);
    return jobId;
  },
};

function batchOf({ type, note }: RenewInput, wanted: number): Parameters<typeof createBatch>[2] {
  return { kind: 'renewal', type, wanted, format: usualFormat, note: note ?? null };
}

function row(held: CardChanges, name: string, { type }: RenewInput): PreviewRow {
  const before = held.endOf(name);
  const fresh = { created_at: held.now, expires_at: later(held.now, cardDays[type]) };
  return {
    target: name,
    outcome: 'changed',
    why: null,
    detail: {
      type,
      user: name,
      of: 'membership',
      before: isoOrNull(before),
      after: isoOf(held.endWith(fresh, name)),
    },
  };
}
