import { setTimeout as wait } from 'node:timers/promises';
import type { Proof } from '../contract/common.js';
import { type Language, translate, type LocalizedText } from '../contract/text.js';
import { printable } from './printable.js';
import type { TerminalSession } from './session.js';

const places = {
  sessions: { zh: '登录会话', en: 'sessions' },
  cache: { zh: '缓存', en: 'cache' },
} as const satisfies Readonly<Record<string, LocalizedText>>;

/** The proof in a change's result; null for anything else, such as an audit entry with its proof. */
export function proofIn(value: unknown): Proof | null {
  if (typeof value !== 'object' || value === null || !('proof' in value && 'done' in value)) return null;
  const { proof } = value;
  return typeof proof === 'object' && proof !== null && 'places' in proof ? (proof as Proof) : null;
}

/** How often and every how many milliseconds a proof is read while something waits. */
const looks = 10;
const pause = 200;

/**
 * The proof of a job; null if there is none. A job that has just ended may still be carrying its last keys to Redis, so
 * that is waited for, for two seconds at most.
 */
export async function proofOfJob(session: Pick<TerminalSession, 'call'>, auditId: string): Promise<Proof | null> {
  for (let look = 1; ; look += 1) {
    const proof = await session.call('audit.proof', { id: auditId }).catch(() => null);
    if (proof === null || look === looks || !proof.places.some(({ state }) => state === 'pending')) return proof;
    await wait(pause);
  }
}

/**
 * A text about where a change is not in effect yet, and what Redis says about that. Empty if it is in effect
 * everywhere. This process exits soon; any console or site that keeps running does the rest.
 */
export async function pendingWords(
  session: Pick<TerminalSession, 'call'>,
  proof: Proof | null,
  language: Language,
): Promise<string> {
  const waiting = (proof?.places ?? []).filter(({ state }) => state === 'pending').map(({ place }) => place);
  if (waiting.length === 0) return '';
  const names = waiting.map((place) =>
    translate(place in places ? places[place as keyof typeof places] : same(place), language),
  );
  const why = await session.call('health.lamps', {}).then(
    ({ redis }) => redis.note,
    () => null,
  );
  const told = translate(
    {
      zh: `已写入，但尚未生效：${names.join('、')}。仍在运行的控制台或站点会自动重试`,
      en: `Written, but not in effect yet: ${names.join(', ')}. Any console or site that goes on running tries again`,
    },
    language,
  );
  return [`moondesk: ${told}`, ...(why === null ? [] : why.split('\n').map((line) => `  ${printable(line)}`)), ''].join(
    '\n',
  );
}

function same(word: string): LocalizedText {
  return { zh: word, en: word };
}
