import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRoot } from '../../../build/lib/paths.mjs';
import { type Ordinary, ordinaryRefusals } from '../../../electron/data/mysql/error-table.js';

const page = inRoot('docs', 'mysql-errors.md');
const heading = '| Errors | Code | Said | A call | A job |\n| --- | --- | --- | --- | --- |\n';

function callsOf({ calls, lost, unknown }: Ordinary): string {
  const other = {
    none: '',
    own: ' on another connection',
    all: ' on a new connection, and closes the others',
  } as const;
  const again =
    lost === true
      ? 'a read, or a transaction that has not begun: once more on a new connection'
      : calls === undefined
        ? 'fails'
        : `begins anew${other[calls.leaves]}, ${String(calls.tries)} tries in all`;
  return unknown === true ? `${again}; after a COMMIT nobody knows, so it is not repeated` : again;
}

function lineOf(ordinary: Ordinary): string {
  const { of, when, code, text, jobs } = ordinary;
  const errors = `${of.join(', ')}${when === undefined ? '' : ` that says \`${when.source.replaceAll('|', '\\|')}\``}`;
  const long = code === 'read_only' ? 'half a minute' : 'six minutes';
  const job = { waits: 'waits', tries: `tries for ${long}`, fails: 'fails' }[jobs ?? 'fails'];
  return `| ${errors} | \`${code}\` | ${text.en} | ${callsOf(ordinary)} | ${job} |\n`;
}

/** `MOONDESK_GOLDEN=1` writes it again. */
test('docs/mysql-errors.md shows the table of what is done again', () => {
  const text = readFileSync(page, 'utf8');
  const [before = ''] = text.split(heading);
  const made = `${before}${heading}${ordinaryRefusals.map(lineOf).join('')}`;
  if (process.env['MOONDESK_GOLDEN'] === '1') writeFileSync(page, made);
  expect(readFileSync(page, 'utf8')).toBe(made);
});
