import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { inRoot } from '../../../build/lib/paths.mjs';
import { contract } from '../../../electron/contract/index.js';
import { readArguments } from '../../../electron/terminal/arguments.js';

const names = Object.keys(contract);
const domains = [...new Set(names.map((name) => name.split('.')[0] ?? ''))];

function helpOf(words: readonly string[], language: string): string {
  const read = readArguments([...words, '--help', '--language', language], {}, { width: 100, version: '0' });
  if (!('text' in read)) throw new Error('no help');
  expect(read.failed).toBe(false);
  return read.text;
}

/** The expected help; `MOONDESK_GOLDEN=1` writes it again. */
function kept(path: string, text: string): string {
  const file = inRoot('test', 'unit', 'terminal', 'golden', path);
  if (process.env['MOONDESK_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return readFileSync(file, 'utf8');
}

describe.each(['zh-CN', 'en'])('the help in %s', (language) => {
  it('of everything', () => {
    const text = helpOf([], language);
    expect(text).toBe(kept(`${language}/all.txt`, text));
  });

  it.each(domains)('of %s and each of its operations', (domain) => {
    const all = [[domain], ...names.filter((name) => name.startsWith(`${domain}.`)).map((name) => name.split('.'))];
    const text = all.map((words) => `$ moondesk ${words.join(' ')} --help\n${helpOf(words, language)}`).join('\n\n');
    expect(text).toBe(kept(`${language}/${domain}.txt`, text));
  });

  it('keeps to its width', () => {
    const wide = names
      .flatMap((name) => helpOf(name.split('.'), language).split('\n'))
      // Usage, examples and notes stay in one line, for copying.
      .filter((line) => line.startsWith('  -') && stringWidth(line) > 100);
    expect(wide).toEqual([]);
  });
});

it('is the same by `help`, by words and by one word', () => {
  const text = helpOf(['users', 'ban'], 'en');
  expect(helpOf(['help', 'users', 'ban'], 'en')).toBe(text);
  const withoutPreview = text.replace(/Commands:\n.*\n\n/, '');
  expect(helpOf(['users.ban'], 'en').replace('moondesk users.ban ', 'moondesk users ban ')).toBe(withoutPreview);
});

it('comes unasked, as a failure, where no operation is named', () => {
  for (const words of [[], ['users'], ['cards', 'batches']])
    expect(readArguments(words, {}, { width: 80, version: '0' })).toMatchObject({ failed: true });
});
