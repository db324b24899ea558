import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { inDot, inRoot } from '../../../build/lib/paths.mjs';

const folder = mkdtempSync(join(tmpdir(), 'moondesk-turn-'));
const count = join(folder, 'count');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Adds one to the count, in a process of its own and in its turn. */
const add = `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { setTimeout as wait } from 'node:timers/promises';
  import { inTurn } from ${JSON.stringify(inRoot('build', 'lib', 'turn.mjs'))};
  await inTurn('test', async () => {
    const before = Number(readFileSync(${JSON.stringify(count)}, 'utf8'));
    await wait(100);
    writeFileSync(${JSON.stringify(count)}, String(before + 1));
  });`;

test('processes that do the same work take turns, also after one that was killed', async () => {
  writeFileSync(count, '0');
  // No process has this number.
  writeFileSync(inDot('stamps', 'test.turn'), '999999999');
  const run = promisify(execFile);
  const processes = Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module', '-e', add]));
  await Promise.all(processes);
  expect(readFileSync(count, 'utf8')).toBe('4');
});
