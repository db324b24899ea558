import { scripts, type Scripts } from '../../../electron/data/cache/lua.js';

/**
 * A script without the one line that contains `what`. Throws if there is no such line, or more than one: the fault
 * would be a different one.
 */
export function without(script: string, what: RegExp): string {
  const lines = script.split('\n');
  const kept = lines.filter((line) => !what.test(line));
  if (kept.length !== lines.length - 1)
    throw new Error(`${String(what)} is in ${String(lines.length - kept.length)} lines of the script, not in one`);
  return kept.join('\n');
}

/** A fill's check of its lease. */
const lease = /^if stands ~=/;
/** Prevents fields from being set while others write. */
const others = /then expiry = 0 end/;

/** What happens between which steps: see steps.test.ts. */
export type Between =
  | 'a write and a fill'
  | 'a write and a heavy fill'
  | 'a block and a commit'
  | 'a commit and a lift';

/**
 * Ways to break the protocol, and between which steps something must happen to reveal it: there the intact protocol
 * must work. Broken when asked for: where the protocol is broken already, the intact one is to be seen failing.
 */
export const broken: readonly [what: string, between: Between, scripts: () => Partial<Scripts>][] = [
  [
    'a fill that does not look at its lease',
    'a write and a fill',
    () => ({ fill: without(scripts.fill, lease), take: without(scripts.take, lease) }),
  ],
  [
    'a heavy fill that does not look at its lease',
    'a write and a heavy fill',
    () => ({ take: without(scripts.take, lease) }),
  ],
  [
    'a deletion before the commit instead of a block',
    'a block and a commit',
    () => ({
      block: "local told = {} for at, key in ipairs(KEYS) do redis.call('DEL', key) told[at] = 1 end return told",
      lift: 'local told = {} for at in ipairs(KEYS) do told[at] = 0 end return told',
    }),
  ],
  [
    'fields set though others wrote meanwhile',
    'a commit and a lift',
    () => ({ block: without(scripts.block, others), lift: without(scripts.lift, others) }),
  ],
];
