import Table from 'cli-table3';
import stringWidth from 'string-width';
import { type Language, translate } from '../../contract/text.js';
import { printable } from '../printable.js';
import { columnsOf, flatten, shownCell } from './flatten.js';

/** Spaces between columns. */
const gap = 2;
/** Wider cells are cut. */
const widest = 40;

const bare = Object.fromEntries(
  ['top', 'bottom', 'mid', 'left', 'right']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('mid-mid')
    .map((name) => [name, '']),
);

/** Rows as a table, at most `width` characters wide. Columns that do not fit are left out and listed below it. */
export function tableOf(rows: readonly Readonly<Record<string, unknown>>[], width: number, language: Language): string {
  const values = rows.map((row) => new Map(flatten(row)));
  const columns = columnsOf(rows).map((name) => {
    const cells = values.map((row) => blanksShown(printable(shownCell(name, row.get(name), language))));
    const natural = Math.max(...[name, ...cells].map((cell) => stringWidth(cell)));
    return {
      name: printable(name),
      cells,
      width: Math.min(natural, widest),
      right: values.every((row) => isNumber(row.get(name))),
    };
  });
  if (columns.length === 0) return '\n';
  const shown = columns.slice(0, fitting(columns, width));
  const table = new Table({
    head: shown.map(({ name }) => name),
    chars: { ...bare, middle: ' '.repeat(gap) },
    colWidths: shown.map((column) => column.width),
    colAligns: shown.map(({ right }) => (right ? 'right' : 'left')),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const index of rows.keys()) table.push(shown.map(({ cells }) => cells[index] ?? ''));
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  const hidden = columns.slice(shown.length).map(({ name }) => name);
  if (hidden.length > 0)
    lines.push(
      translate(
        {
          zh: `（另有 ${String(hidden.length)} 列：${hidden.join(', ')}；--json 显示全部）`,
          en: `(${String(hidden.length)} more columns: ${hidden.join(', ')}; --json shows all)`,
        },
        language,
      ),
    );
  return `${lines.join('\n')}\n`;
}

/** Blanks at the ends of a cell, and several in a row, would look like the gap between columns. */
function blanksShown(text: string): string {
  return text.replace(/^\s+|\s+$|\s{2,}/gu, (blanks) => '␣'.repeat(blanks.length));
}

/** How many of the columns fit; at least one. */
function fitting(columns: readonly { readonly width: number }[], width: number): number {
  let used = -gap;
  const over = columns.findIndex((column) => {
    used += gap + column.width;
    return used > width;
  });
  return over === -1 ? columns.length : Math.max(over, 1);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || value === null || value === undefined;
}
