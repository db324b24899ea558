import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { ErrorCode } from '../../../electron/contract/errors.js';
import type { CardKey, CardKeyType, IStorage } from '../../../electron/storage/types.js';
import { days, seconds } from './records.js';

export * from './records.js';

/** Where engines differ for good reasons, because of their storage. */
export interface Traits {
  /** exact: `Bob` and `bob` are two users (Redis keys). collated: one user (utf8mb4_unicode_ci), by either spelling. */
  readonly names: 'exact' | 'collated';
  /** Records of a name without an account are kept, as the legacy layout does for its owner; otherwise `not_found`. */
  readonly keepsRecordsOfNobody: boolean;
  /** `original_episodes` survives; the tables have no column for it. */
  readonly keepsOriginalEpisodes: boolean;
  /** Plays are counted by `updatePlayStatistics`; otherwise every record is one play. */
  readonly countsPlays: boolean;
}

/** A site under test: two storages over the same servers, as in two processes of a site. */
export interface Subject {
  readonly storage: IStorage;
  readonly other: IStorage;
  readonly traits: Traits;
  /** Closes both and removes their data. */
  close(): Promise<void>;
}

/** For the tests of one part: the subject exists once `beforeAll` has run. */
export type Given = () => Subject;

/** Names that a naive key, pattern or comparison would get wrong; each means one user everywhere. */
export const awkwardNames = [
  'a:b',
  'a:b:c',
  'st*r',
  '[x]',
  'qu?stion',
  'back\\slash',
  "o'quote",
  'per%cent_',
  '{braces}',
  '用户甲',
  'смайл😀',
  'two words',
  '__proto__',
];

/** Keys that a naive split or pattern would get wrong. */
export const awkwardKeys = [
  'src+1',
  'src+1+2+3',
  'src+',
  'src+a:b',
  'src+x:info',
  'src+[1]*?',
  'live_电视+live_频道😀',
  'a b+c d',
  '__proto__+constructor',
];

let last = 0;

/** An unused name. */
export function freshName(start = 'user'): string {
  last += 1;
  return `${start}_${last.toString(36)}${randomBytes(3).toString('hex')}`;
}

/** A new user with an account. */
export async function somebody(storage: IStorage, start?: string): Promise<string> {
  const name = freshName(start);
  await storage.registerUser(name, 'secret');
  return name;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const lasting = { year: 365, quarter: 90, month: 30, week: 7 } as const satisfies Record<CardKeyType, number>;

/** An unused card. */
export function aCard(changes: Partial<CardKey> = {}): CardKey {
  const key = randomBytes(12).toString('base64url');
  const keyType = changes.keyType ?? 'week';
  const createdAt = changes.createdAt ?? seconds();
  return {
    key,
    keyHash: sha256(changes.key ?? key),
    keyType,
    status: 'unused',
    createdAt,
    expiresAt: createdAt + days(lasting[keyType]) * 1000,
    ...changes,
  };
}

/** Expects that a call is refused with this code. */
export async function refused(call: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(call).rejects.toMatchObject({ name: 'Refusal', code });
}

/** How many of these calls succeeded; expects that each of the others was refused with this code. */
export async function winners(calls: readonly Promise<unknown>[], code: ErrorCode): Promise<number> {
  const answers = await Promise.allSettled(calls);
  const lost = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  for (const reason of lost) expect(reason).toMatchObject({ name: 'Refusal', code });
  return answers.length - lost.length;
}
