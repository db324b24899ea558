import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folders = ['electron', 'renderer', 'test', 'build'];

/** A line of a comment alone; types in comments and switches of tools stand on one line however long they are. */
const comment = /^\s*(?:\*|\/\/|\/\*\*)\s(?!.*(?:oxlint-disable|@param|@returns|@type|@typedef))/;
/** Inside an `@example`: code. */
const example = /^\s*\*\s+(?:const|\.\.\.)/;

test('comments end at 120 columns, where the formatter has no say', () => {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:tsx?|m[jt]s|cjs)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  expect(files.length).toBeGreaterThan(900);
  const long = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        line.length > 120 && comment.test(line) && !example.test(line) ? [`${file}:${String(at + 1)}`] : [],
      ),
  );
  expect(long).toEqual([]);
});
