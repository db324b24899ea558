import { entriesEdited } from '../../kit/entry-statements.js';
import type { OtherName, PreviewRow, SkippedGroup, SkipReason } from '../../../contract/common.js';
import { Refusal } from '../../../contract/errors.js';
import type { Parsed } from '../../../contract/index.js';
import { isoOf, isoOrNull } from '../../../data/mysql/database.js';
import type { BulkChange, Plan } from '../../kit/bulk.js';
import { changedBy, fingerprintOf } from '../../kit/fingerprint.js';
import { skippedGroup } from '../../kit/selection.js';
import { maskKey } from '../rows.js';
import { differs } from '../../users/names.js';
import { bindPairs, type Judged, type Pair, resolvePairs, takePairs } from './pairs.js';

export type BindInput = Pick<Parsed<'cards.bind'>, 'pairs'>;

/**
 * Binds cards to users, in pairs. Each pair is judged on its own, and again under the lock: if many bind one card at
 * the same time, one succeeds and the others get a conflict. The preview is the change itself, done in memory.
 */
export const bind: BulkChange<BindInput> = {
  operation: 'cards.bind',
  chunk: 500,
  statements: (_input, mode) => [
    "UPDATE card_keys SET status = 'used', bound_to = <user>, bound_at = UTC_TIMESTAMP(), expires_at = <the new end> WHERE id IN (…) AND status = 'unused' AND expires_at > UTC_TIMESTAMP()",
    'UPDATE card_keys SET expires_at = <the new end> WHERE <the other active cards of these users>',
    'INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, …) VALUES … / UPDATE user_card_keys SET … <as the cards>',
    ...entriesEdited(mode, 'cardKey', true),
  ],
  async plan(sql, _site, _asking, { pairs }) {
    const resolved = await resolvePairs(sql, pairs);
    const held = await takePairs(sql, resolved, false);
    const judged = bindPairs(held, resolved, () => undefined);
    const changing = judged.filter((one) => one.why === null);
    const states = changing.map(({ state }) => state);
    const others = othersOf(resolved);
    const fingerprint = fingerprintOf('cards.bind', changing.length, [...states, JSON.stringify(others)]);
    return {
      fingerprint,
      changed: changing.length,
      skipped: groupsOf(judged),
      effects: {},
      others,
      rows: (most) => Promise.resolve({ rows: changing.slice(0, most).map(rowOf) }),
      skippedRows: (most) =>
        Promise.resolve(
          judged
            .filter((one) => one.why !== null)
            .slice(0, most)
            .map(rowOf),
        ),
      freeze: () =>
        Promise.resolve({
          fingerprint,
          targets: changing.map(({ pair, state }) => ({
            target: `${pair.id ?? ''} ${pair.username ?? ''}`,
            state,
          })),
        }),
    };
  },
  async act(change, site, _author, _input, targets) {
    const pairs = targets.map(({ target }) => pairOf(target));
    const held = await takePairs(change.tx, pairs, true);
    const states = targets.map(({ state }) => state);
    const judged = bindPairs(held, pairs, (card) => held.recordStep(change, site, card), states);
    await held.write(change);
    return new Set(judged.flatMap(({ why }, at) => (why === null ? [targets[at]?.target ?? ''] : [])));
  },
  // The pairs are in the frozen set. The input may contain keys.
  start: (_, create) => create({}),
  moved: takenMeanwhile,
};

function pairOf(target: string): Pair {
  const at = target.indexOf(' ');
  const [id, username] = [target.slice(0, at), target.slice(at + 1)];
  return { id, username, asked: { card: id, username } };
}

function othersOf(pairs: readonly Pair[]): OtherName[] {
  const stored = new Map(
    pairs.flatMap(({ asked, username }) => (username === null ? [] : [[asked.username, username]])),
  );
  return [...stored].flatMap(([typed, name]) => (differs(typed, name) ? [{ typed, stored: name }] : []));
}

function groupsOf(judged: readonly Judged[]): SkippedGroup[] {
  const groups = new Map<SkipReason, string[]>();
  for (const { why, pair } of judged) {
    if (why === null) continue;
    const sample = why === 'user_unknown' || why === 'user_banned' ? pair.asked.username : pair.asked.card;
    const group = groups.get(why);
    if (group === undefined) groups.set(why, [sample]);
    else group.push(sample);
  }
  return [...groups].flatMap(([why, names]) => skippedGroup(why, names));
}

function rowOf(one: Judged): PreviewRow {
  const { pair, card, end, why } = one;
  return {
    target: pair.id ?? pair.asked.card,
    outcome: why === null ? 'changed' : 'skipped',
    why,
    detail: {
      masked: card === undefined ? null : maskKey(card.plain_key),
      type: card?.key_type ?? null,
      user: pair.username ?? pair.asked.username,
      ...(one.why === null ? { of: 'membership', before: isoOrNull(end), after: isoOf(one.newEnd) } : {}),
    },
  };
}

const taken = {
  card_used: { zh: '卡密已被使用', en: 'A card key has been used' },
  card_assigned: { zh: '卡密已归他人所有', en: 'A card key is somebody else’s' },
  card_revoked: { zh: '卡密已作废', en: 'A card key has been revoked' },
  card_expired: { zh: '卡密已过期', en: 'A card key has expired' },
} as const;

/** Fewer cards can be bound than the preview said, because they were taken or have expired. That is a conflict. */
function takenMeanwhile(plan: Plan, fingerprint: string): Refusal | null {
  if (plan.changed >= changedBy(fingerprint)) return null;
  const said = plan.skipped.flatMap(({ why }) => (Object.hasOwn(taken, why) ? [taken[why as keyof typeof taken]] : []));
  return said[0] === undefined
    ? null
    : new Refusal('conflict', said[0], {
        hint: { zh: '没有任何改动。重新预览再确认。', en: 'Nothing was changed. Preview again, then confirm.' },
      });
}
