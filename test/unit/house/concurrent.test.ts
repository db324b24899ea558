import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inRoot } from '../../../build/lib/paths.mjs';

/** What is marked to run concurrently. */
const concurrent = /\b(?:describe|test|it)\.concurrent\b/;
const shared = /import \{[^}]*\bexpect\b[^}]*\} from 'vitest'/;

test('tests that run beside one another take their own expect: the shared one knows of one test, whichever began or ended last', () => {
  const files = readdirSync(inRoot('test'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  );
  const texts = files.map((file) => ({ file, text: readFileSync(join(inRoot('test'), file), 'utf8') }));
  const beside = texts.filter(({ text, file }) => concurrent.test(text) && !file.includes('house'));
  expect(beside.length).toBeGreaterThan(1);
  expect(beside.filter(({ text }) => shared.test(text)).map(({ file }) => file)).toEqual([]);
});
