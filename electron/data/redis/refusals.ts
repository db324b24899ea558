import { Refusal } from '../../contract/errors.js';
import type { LocalizedText } from '../../contract/text.js';
import { isReply } from './errors.js';

/**
 * The server's words for a refused command, without the parts that differ from one to the next: the arguments, which
 * may be personal data, and the position in a script.
 */
export function plainWords(error: Error): string {
  return firstOf(error)
    .message.replace(/,? with args beginning with:.*$/s, '')
    .replace(/\s*script: [0-9a-f]{40}, on @user_script:\d+\.?$/, '');
}

/** An aborted transaction does not say why; its first refused command does. */
function firstOf(error: Error): Error {
  const { previousErrors } = error as { readonly previousErrors?: unknown };
  const first: unknown = Array.isArray(previousErrors) ? previousErrors[0] : undefined;
  return first instanceof Error ? first : error;
}

/** True if Redis answered that it is still loading its data: nothing was done, and it passes on its own. */
export function isLoading(error: unknown): boolean {
  return isReply(error) && firstOf(error).message.startsWith('LOADING');
}

/** True if a replica answered that it accepts no writes. */
export function isReplica(error: Error): boolean {
  return /^READONLY|-READONLY\b/.test(firstOf(error).message);
}

/**
 * The refusal for what only Redis can do: it is away, or does not accept the command. `reason`: the connection's own
 * error.
 */
export function redisAway(cause: unknown, reason?: Error): Refusal {
  if (isReply(cause)) {
    const words = plainWords(cause);
    return new Refusal(
      'unavailable',
      { zh: `Redis 拒绝了命令：${words}`, en: `Redis refused a command: ${words}` },
      { hint: nextStep([words]), details: { part: 'redis', fault: 'refused_command' }, cause },
    );
  }
  return new Refusal(
    'unavailable',
    { zh: 'Redis 连接不上', en: 'Redis cannot be reached' },
    { hint: { zh: '服务器恢复后再试一次。', en: 'Try again when the server is back.' }, cause: reason ?? cause },
  );
}

/** By the server's words; the first match counts. */
const steps: readonly (readonly [words: RegExp, step: LocalizedText])[] = [
  [
    /^READONLY|-READONLY\b/,
    {
      zh: '这是只读副本：改连主节点，或用 Sentinel 找主节点。',
      en: 'This is a read-only replica: connect to its master, or find the master by Sentinel.',
    },
  ],
  [
    /^MISCONF|-MISCONF\b/,
    {
      zh: 'Redis 写不了快照：检查服务器的磁盘空间与日志。',
      en: 'Redis cannot write its snapshot: look at the server’s disk space and log.',
    },
  ],
  [
    /^OOM|\bOOM\b/,
    {
      zh: 'Redis 内存已满：调高 maxmemory，或设置 maxmemory-policy volatile-lru。',
      en: 'Redis’s memory is full: raise maxmemory, or set maxmemory-policy volatile-lru.',
    },
  ],
  [
    /^LOADING|^BUSY|^MASTERDOWN|^TRYAGAIN/,
    {
      zh: 'Redis 此刻还不能工作，稍等会自动再试；若一直如此，查看它的日志。',
      en: 'Redis cannot work just now and is tried again by itself; if it stays so, look at its log.',
    },
  ],
  [
    /max number of clients/i,
    {
      zh: 'Redis 的连接数已满：提高 maxclients，或减少连接它的程序。',
      en: 'Redis has no connection left: raise maxclients, or connect fewer programs to it.',
    },
  ],
  [
    /invalid (multi)?bulk length/i,
    {
      zh: '值超过了 Redis 一次能接受的大小：提高 proto-max-bulk-len。',
      en: 'The value is larger than what Redis takes at once: raise proto-max-bulk-len.',
    },
  ],
  [
    /^CLUSTERDOWN/,
    {
      zh: 'Redis 集群不完整：用 redis-cli --cluster check 检查各节点。',
      en: 'The Redis cluster is not whole: check its nodes by redis-cli --cluster check.',
    },
  ],
  [
    /^NOREPLICAS|-NOREPLICAS\b/,
    {
      zh: '副本数少于 min-replicas-to-write：恢复副本，或调低这个值。',
      en: 'There are fewer replicas than min-replicas-to-write: bring them back, or lower it.',
    },
  ],
  [
    /unknown command/i,
    {
      zh: '命令被改名或停用：在 redis.conf 中去掉它的 rename-command，或向服务商确认。',
      en: 'The command was renamed or switched off: take its rename-command out of redis.conf, or ask the host.',
    },
  ],
  [
    /NOPERM|permission|can't (run|access)/i,
    {
      zh: '用 ACL SETUSER 为这个账号授予 +@read +@write +@scripting，以及站点前缀下的全部键。',
      en: 'Grant the account +@read +@write +@scripting and every key under the site’s prefix by ACL SETUSER.',
    },
  ],
];

/** What to do about commands that were refused with these words. */
export function nextStep(words: readonly string[]): LocalizedText {
  const found = steps.find(([pattern]) => words.some((one) => pattern.test(one)));
  return found?.[1] ?? { zh: '按服务器的说明处理。', en: 'Follow what the server says.' };
}
