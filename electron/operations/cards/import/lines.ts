import { Refusal } from '../../../contract/errors.js';
import type { Parsed } from '../../../contract/index.js';
import type { SiteContext } from '../../context.js';
import { type Cell, saveCsv } from '../../kit/csv-file.js';
import { type BadLines, recentImport, verdictOf } from './recent.js';
import { reasons } from './reasons.js';

/**
 * Saves all lines of a file that are not added, as CSV: line, verdict, masked key, reason. Only the process that has
 * read the file has the list. Throws not_found, cancelled (no place was chosen).
 */
export async function saveLines(
  { importId }: Parsed<'cards.import.lines'>,
  context: SiteContext,
): Promise<{ readonly jobId: string }> {
  const bad = recentImport(context.site, importId)?.bad;
  if (bad === null || bad === undefined)
    throw new Refusal(
      'not_found',
      { zh: '这次导入的行已不在', en: 'The lines of this import are gone' },
      {
        hint: {
          zh: '重新读入文件；名单只保留到控制台关闭。',
          en: 'Read the file again: the list is kept until the console is closed.',
        },
      },
    );
  return saveCsv(context, 'cards.import.lines', 'import-lines', {
    header: ['line', 'verdict', 'key', 'why'],
    count: () => Promise.resolve(bad.count),
    rows: () => rows(bad, context),
  });
}

async function* rows(bad: BadLines, { say }: SiteContext): AsyncGenerator<readonly Cell[]> {
  for (const { line, masked, why } of bad.inOrder()) yield [line, verdictOf(why), masked, say(reasons[why])];
}
