import type { LocalizedText } from '../../contract/text.js';
import type { Need, RefusedNeed } from '../../data/redis/needs.js';
import { nextStep } from '../../data/redis/refusals.js';
import type { Trouble } from './diagnosis-texts.js';

/** What a Redis that answers refuses, as a text; null if it refuses nothing. */
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

/**
 * True if changes do not have their full effect. False if Redis only keeps nothing for the site, or sessions cannot be
 * counted.
 */
export function isGrave(refused: readonly RefusedNeed[]): boolean {
  return refused.some(({ need }) => need === 'sessions' || need === 'deletions');
}

/** What each of them means until it is fixed. */
const meanings: Readonly<Record<Need, LocalizedText>> = {
  sessions: {
    zh: '在此之前，封禁、改密码与降级不会结束已登录的会话。',
    en: 'Until that is mended, bans, new passwords and demotions end no session.',
  },
  counting: {
    zh: '无法统计每人的登录会话数。',
    en: 'How many sessions somebody has cannot be told.',
  },
  deletions: {
    zh: '修改后的旧值会留在缓存里，待恢复后自动补删。',
    en: 'Old values stay in the cache after a change; they are deleted once it is mended.',
  },
  cache: {
    zh: '缓存没有在用，读取都走 MySQL。',
    en: 'The cache is off, and every read goes to MySQL.',
  },
  site: {
    zh: '站点若使用同一账号，则无法登录，也存不下搜索历史。',
    en: 'A site with this account can neither sign anybody in nor keep what was searched for.',
  },
};
