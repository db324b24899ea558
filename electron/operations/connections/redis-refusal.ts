import type { Text } from '../../contract/text.js';
import type { Need, RefusedNeed } from '../../storage/redis/needs.js';
import type { Trouble } from './fault.js';

/** What a Redis that answers refuses, in words; null where it refuses nothing. */
export function refusalTrouble(refused: readonly RefusedNeed[]): Trouble | null {
  if (refused.length === 0) return null;
  const commands = new Map<string, Set<string>>();
  for (const { words, command } of refused) commands.set(words, (commands.get(words) ?? new Set()).add(command));
  const zh = [...commands].map(([words, names]) => `${[...names].join('、')}（${words}）`).join('；');
  const en = [...commands].map(([words, names]) => `${[...names].join(', ')} (${words})`).join('; ');
  const meant = (Object.keys(meanings) as Need[]).filter((need) => refused.some((one) => one.need === need));
  return {
    fault: isGrave(refused) ? 'read_only' : 'refused_command',
    text: {
      zh: `Redis 拒绝了 ${zh}。${meant.map((need) => meanings[need].zh).join('')}`,
      en: `Redis refuses ${en}. ${meant.map((need) => meanings[need].en).join(' ')}`,
    },
    hint: nextStep(refused.map(({ words }) => words)),
  };
}

/** True where changes do not have their whole effect; false where Redis only keeps nothing for the site. */
export function isGrave(refused: readonly RefusedNeed[]): boolean {
  return refused.some(({ need }) => need !== 'cache');
}

/** What follows from each, until it is mended. */
const meanings: Readonly<Record<Need, Text>> = {
  sessions: {
    zh: '在此之前，封禁、改密码与降级不会结束已登录的会话。',
    en: 'Until that is mended, bans, new passwords and demotions end no session.',
  },
  deletions: {
    zh: '修改后的旧值会留在缓存里，待恢复后自动补删。',
    en: 'Old values stay in the cache after a change; they are deleted once it is mended.',
  },
  cache: {
    zh: '缓存没有在用，读取都走 MySQL。',
    en: 'The cache is off, and every read goes to MySQL.',
  },
};

/** By the server's words, the first that fits. */
const steps: readonly (readonly [words: RegExp, step: Text])[] = [
  [
    /^READONLY/,
    {
      zh: '这是只读副本：改连主节点，或用 Sentinel 找主节点。',
      en: 'This is a read-only replica: connect to its master, or find the master by Sentinel.',
    },
  ],
  [
    /^MISCONF/,
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
    /^CLUSTERDOWN/,
    {
      zh: 'Redis 集群不完整：用 redis-cli --cluster check 检查各节点。',
      en: 'The Redis cluster is not whole: check its nodes by redis-cli --cluster check.',
    },
  ],
  [
    /^NOREPLICAS/,
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

function nextStep(words: readonly string[]): Text {
  const found = steps.find(([pattern]) => words.some((one) => pattern.test(one)));
  return found?.[1] ?? { zh: '按服务器的说明处理。', en: 'Follow what the server says.' };
}
