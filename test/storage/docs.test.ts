import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { storagePage, undocumented } from '../../build/docs/page.mjs';

test('every method of the storage says what it does', () => {
  expect(undocumented()).toEqual([]);
});

test('docs/storage.md is what `npm run docs` makes of the comments', async () => {
  const path = fileURLToPath(new URL('../../docs/storage.md', import.meta.url));
  expect(await readFile(path, 'utf8')).toBe(storagePage());
});
