import type { Job } from '../contract/jobs.js';
import { type Language, translate } from '../contract/text.js';
import { printable } from './printable.js';
import type { TerminalSession } from './session.js';

/** Names shown at once; jobs.leftOut has all of them. */
const told = 20;

/**
 * A text about what a job has left out because it was no longer as its preview showed it. Empty if it left out nothing,
 * or keeps no names.
 */
export async function leftOutWords(
  session: Pick<TerminalSession, 'call'>,
  { id, skipped }: Pick<Job, 'id' | 'skipped'>,
  language: Language,
): Promise<string> {
  if (skipped === 0) return '';
  const page = await session.call('jobs.leftOut', { id, limit: told }).catch(() => null);
  if (page === null || page.rows.length === 0) return '';
  const names = page.rows.map(printable).join(', ') + (page.next === null ? '' : ' …');
  const words = translate(
    {
      zh: `${String(skipped)} 项在预览之后已有变化，未处理：${names}（jobs.leftOut 可列出全部）`,
      en: `${String(skipped)} had changed since the preview and were left out: ${names} (jobs.leftOut lists them all)`,
    },
    language,
  );
  return `moondesk: ${words}\n`;
}
