/** Card keys for tests: rows as the site writes them. */
import { createHash, randomBytes } from 'node:crypto';
import type { CardType } from '../../electron/contract/cards-list.js';
import type { Input, Output } from '../../electron/contract/index.js';
import { insertRows } from '../../electron/data/write/row-writer.js';
import type { ContextOptions, TestSite } from './helpers.js';

export interface TestCard {
  readonly id: string;
  readonly key: string;
  readonly hash: string;
}

export interface CardOptions {
  readonly type?: CardType;
  /** Days from now to its expiry. */
  readonly days?: number;
  /** Days since it was made. */
  readonly age?: number;
  /** To whom it was given, unused. */
  readonly assigned?: string;
}

const lengths = { year: 365, quarter: 90, month: 30, week: 7 } as const;

export const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Adds so many unused cards of nobody's batch; answers them in order. */
export async function addStock(
  { site }: TestSite,
  count: number,
  { type = 'month', age = 0, days = lengths[type] - age, assigned }: CardOptions = {},
): Promise<TestCard[]> {
  const now = Math.floor(Date.now() / 1000) * 1000;
  const sql = (shift: number): string =>
    new Date(now + shift * 86_400_000).toISOString().slice(0, 19).replace('T', ' ');
  const keys = Array.from({ length: count }, () => randomBytes(8).toString('hex'));
  await insertRows(
    site.db,
    'card_keys',
    keys.map((key) => ({
      key_hash: hashOf(key),
      plain_key: key,
      key_type: type,
      created_at: sql(-age),
      expires_at: sql(days),
    })),
  );
  if (assigned !== undefined) {
    await insertRows(
      site.db,
      'user_card_keys',
      keys.map((key) => ({
        id: randomBytes(8).toString('hex'),
        key_hash: hashOf(key),
        username: assigned,
        key_type: type,
        status: 'unused',
        source: 'redeem',
        created_at: sql(-1),
        expires_at: sql(days),
      })),
    );
  }
  const rows = await site.db.rows<{ id: string | number; key_hash: string }>(
    'SELECT id, key_hash FROM card_keys WHERE key_hash IN (?)',
    [keys.map(hashOf)],
  );
  const ids = new Map(rows.map((row) => [row.key_hash, String(row.id)]));
  return keys.map((key) => ({ id: ids.get(hashOf(key)) ?? '', key, hash: hashOf(key) }));
}

type Verb = 'bind' | 'unbind' | 'renew' | 'revoke' | 'reissue' | 'sweep';
type Asked<V extends Verb> = Input<`cards.${V}.preview`>;

/** Previews a change and confirms it. */
export async function doCards<V extends Verb>(
  desk: TestSite,
  verb: V,
  input: Asked<V>,
  options?: ContextOptions,
): Promise<{ readonly preview: Output<`cards.${V}.preview`>; readonly answer: Output<`cards.${V}`> }> {
  const preview = await desk.call(`cards.${verb}.preview`, input, options);
  const { fingerprint } = preview as { readonly fingerprint: string };
  const answer = await desk.call(`cards.${verb}`, { ...input, fingerprint } as Input<`cards.${V}`>, options);
  return { preview, answer };
}

/** The audit entry of a change that was done at once, and how many it changed. */
export function doneAtOnce(answer: Output<'cards.bind'>): { readonly auditId: string; readonly changed: number } {
  if (!answer.done) throw new Error('became a job');
  return { auditId: answer.proof.auditId, changed: answer.changed };
}

/** Takes a change back. */
export async function undo(desk: TestSite, id: string): Promise<Output<'audit.undo'>> {
  const { fingerprint } = await desk.call('audit.undo.preview', { id });
  return desk.call('audit.undo', { id, fingerprint });
}

/** A card as it stands. */
export async function cardNow({ site }: TestSite, hash: string): Promise<Record<string, string | null>> {
  const [row] = await site.db.rows<Record<string, string | null>>(
    'SELECT status, expires_at, bound_to, bound_at FROM card_keys WHERE key_hash = ?',
    [hash],
  );
  if (row === undefined) throw new Error('no such card');
  return row;
}
