import stringWidth from 'string-width';
import { type Language, translate } from '../../contract/text.js';
import { printable, printableLines } from '../printable.js';
import { cellOf, flatten, isPlain, isRows, shownCell } from './flatten.js';
import { tableOf } from './table.js';

/** A result for people: a list as a table, an object as lines of name and value, with its longer lists below them. */
export function readable(value: unknown, width: number, language: Language): string {
  if (isRows(value)) return tableOf(value, width, language);
  if (Array.isArray(value))
    return value.length === 0 ? none(language) : `${value.map((each) => printable(cellOf(each))).join('\n')}\n`;
  if (!isPlain(value)) return `${printable(cellOf(value))}\n`;
  const { rows, next, ...rest } = value;
  if (Array.isArray(rows) && Object.keys(rest).length === 0) return page(rows, next, width, language);
  const entries = flatten(value);
  const isBelow = (each: unknown): boolean => isRows(each) || (Array.isArray(each) && cellOf(each).length > width / 2);
  const lines = entries.filter(([, each]) => !isBelow(each));
  const names = Math.max(0, ...lines.map(([name]) => stringWidth(printable(name))));
  const parts = lines.map(([name, each]) => {
    const text = printableLines(shownCell(name, each, language));
    return `${printable(name)}${' '.repeat(names - stringWidth(printable(name)) + 2)}${text}`.trimEnd();
  });
  for (const [name, each] of entries)
    if (isBelow(each)) parts.push('', `${printable(name)}:`, readable(each, width, language).trimEnd());
  return `${parts.join('\n').trimStart()}\n`;
}

function page(rows: readonly unknown[], next: unknown, width: number, language: Language): string {
  const shown = rows.length === 0 ? none(language) : readable(rows, width, language);
  if (next === null || next === undefined) return shown;
  const after = printable(cellOf(next));
  return `${shown}${translate({ zh: `下一页：--after ${after}`, en: `Next page: --after ${after}` }, language)}\n`;
}

function none(language: Language): string {
  return translate({ zh: '（无）\n', en: '(none)\n' }, language);
}
