import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sources = ['electron', 'renderer'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
);

describe('the Chinese texts', () => {
  test('are looked for where they are', () => {
    expect(sources.length).toBeGreaterThan(200);
    expect(sources).toContain(join('renderer', 'i18n', 'zh-CN', 'door.ts'));
    expect(sources).toContain(join('electron', 'operations', 'session', 'operator-rights.ts'));
  });

  // Wherever they are: the window's texts, and those that operations and the terminal have next to the English.
  test('address nobody as 你 or 您, and have no exclamation marks', () => {
    const wrong = sources.flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, at) =>
          /[你您！]|[\u4e00-\u9fff”]!/u.test(line) ? [`${file}:${String(at + 1)}: ${line.trim()}`] : [],
        ),
    );
    expect(wrong).toEqual([]);
  });
});
