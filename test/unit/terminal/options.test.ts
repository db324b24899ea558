import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { contract, type OperationName } from '../../../electron/contract/index.js';
import type { Definition } from '../../../electron/contract/operation.js';
import { Refusal } from '../../../electron/contract/errors.js';
import { type Arguments, readArguments, readInput } from '../../../electron/terminal/arguments.js';
import { globalNames } from '../../../electron/terminal/globals.js';
import { formOf } from '../../../electron/terminal/options/fields.js';
import { wordsOf } from '../../../electron/terminal/options/words.js';

const names = Object.keys(contract) as OperationName[];
const folder = mkdtempSync(join(tmpdir(), 'moondesk-options-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return `@${path}`;
}

function argumentsOf(words: readonly string[]): Arguments {
  const read = readArguments(words, {}, { width: 80, version: '0' });
  if ('text' in read) throw new Error(read.text);
  return read;
}

const inputOf = (line: string, ...more: readonly string[]): Promise<unknown> =>
  readInput(argumentsOf([...line.split(' '), ...more]), () => Promise.resolve('typed'));

const form = (name: OperationName) => formOf(contract[name], globalNames);

describe('options made from the contract', () => {
  it.each(names)('%s: no two have one name, and none that every operation has', (name) => {
    const all = form(name).fields.flatMap(({ name: own, aliases }) =>
      [own, ...aliases].filter((each) => each !== null),
    );
    expect(all.filter((each, index) => all.indexOf(each) !== index)).toEqual([]);
    expect(all.filter((each) => globalNames.has(each))).toEqual([]);
  });

  it('all fields have one, but the one that --unlock gives', () => {
    const without = names.flatMap((name) =>
      form(name)
        .fields.filter((field) => field.name === null)
        .map(({ path }) => `${name} ${path.join('.')}`),
    );
    expect(without).toEqual(['session.firstOwner.preview connection', 'session.firstOwner connection']);
  });

  it('passwords and passphrases are secrets in every operation', () => {
    const open = names.flatMap((name) =>
      form(name)
        .fields.filter(({ path, secret }) => /passw|passphrase/i.test(path.at(-1) ?? '') && !secret)
        .filter(({ form: { kind } }) => kind === 'text')
        .map(({ path }) => `${name} ${path.join('.')}`),
    );
    expect(open).toEqual([]);
  });

  const examples = names.filter((name) => (contract[name] as Definition).example !== undefined);
  it.each(examples)('%s: its example, said by options, is the same input again', async (name) => {
    const { example, secrets = [] } = contract[name] as Definition;
    const fields = form(name);
    const words = wordsOf(fields, example);
    if (words === null) {
      expect(fields.fields.map((field) => field.form.kind)).toContain('rows');
      return;
    }
    // A secret appears as `-`; here it is typed instead.
    const typed = words.map((word, index) =>
      word === '-' && secrets.some((secret) => words[index - 1] === `--${secret}`) ? '' : word,
    );
    const said = await readInput(argumentsOf([...name.split('.'), ...typed.filter((word) => word !== '')]), () =>
      Promise.resolve('moon abcd efgh jklm npqr'),
    );
    expect(said).toEqual(example);
  });
});

describe('an input as options', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '中', ',', '"', '-', '@', ' ', '\n', "'"),
    minLength: 1,
    maxLength: 6,
  });

  it('is the same input again, whatever its names and notes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), text, async (names, note) => {
        const input = { who: { names }, reason: 'fraud', note };
        const words = wordsOf(form('users.ban'), input);
        expect(await inputOf('users ban', ...(words ?? []))).toEqual(input);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what people write', () => {
  it('numbers, words, switches and texts', async () => {
    expect(await inputOf('cards issue --type month --count 1,000 --note', 'for the fair')).toEqual({
      type: 'month',
      count: 1000,
      note: 'for the fair',
    });
    expect(await inputOf('users list --no-descending --limit=5 --never-signed-in')).toEqual({
      descending: false,
      limit: 5,
      filter: { neverSignedIn: true },
    });
  });

  it('an operation in words, in one word, and deep inside', () => {
    for (const words of [
      ['cards', 'batches', 'rollback'],
      ['cards.batches.rollback'],
      ['-y', 'cards', 'batches', 'rollback'],
    ])
      expect(argumentsOf([...words, '--id', '7']).operation).toBe('cards.batches.rollback');
    expect(argumentsOf(['cards', 'import', '--import-id', '1']).operation).toBe('cards.import');
    expect(argumentsOf(['cards', 'import', 'read']).operation).toBe('cards.import.read');
  });

  it('options of every operation before and after it; what an option takes is its value, whatever it looks like', async () => {
    const before = argumentsOf(['-c', 'shop', '--as', 'boss', 'users.list']);
    expect(before).toMatchObject({ connection: 'shop', operator: 'boss', yes: false });
    expect(argumentsOf(['users.export', '-y', '--csv', '-o', 'f'])).toMatchObject({
      yes: true,
      format: 'csv',
      out: 'f',
    });
    const taken = argumentsOf(['users', 'unban', '--names', 'a', '--note', '-y']);
    expect(taken.yes).toBe(false);
    expect(await readInput(taken, () => Promise.resolve(null))).toEqual({ who: { names: ['a'] }, note: '-y' });
  });

  it('lists by commas, by repeating, with commas inside, from a file of lines', async () => {
    const ban = (...words: readonly string[]): Promise<unknown> => inputOf('users ban --reason fraud', ...words);
    expect(await ban('--names', 'a,b', '--names', 'c')).toEqual({ who: { names: ['a', 'b', 'c'] }, reason: 'fraud' });
    expect(await ban('--names', '"a,b", c')).toEqual({ who: { names: ['a,b', 'c'] }, reason: 'fraud' });
    // The site may have both `lead` and ` lead`.
    expect(await ban('--names', ' lead')).toEqual({ who: { names: [' lead'] }, reason: 'fraud' });
    expect(await ban('--names', '  a , b ')).toEqual({ who: { names: ['  a', 'b '] }, reason: 'fraud' });
    expect(await ban('--names', ' "a" , " b "')).toEqual({ who: { names: ['a', ' b '] }, reason: 'fraud' });
    expect(await ban('--names', 'a, ')).toEqual({ who: { names: ['a'] }, reason: 'fraud' });
    expect(await ban('--names', file('names', '\ufeffa,b\r\n@c\n\n'))).toEqual({
      who: { names: ['a,b', '@c'] },
      reason: 'fraud',
    });
  });

  it('a filter, by the short and by the long name; all of them', async () => {
    const wanted = { who: { filter: { state: 'banned' } } };
    expect(await inputOf('users unban --state banned')).toEqual(wanted);
    expect(await inputOf('users unban --filter-state banned')).toEqual(wanted);
    expect(await inputOf('users unban --who-filter-state banned')).toEqual(wanted);
    expect(await inputOf('connections save --mysql-user u --mysql-host h')).toEqual(
      await inputOf('connections save --user u --mysql-host h'),
    );
    expect(await inputOf('users unban --all --except a')).toEqual({ who: { filter: {}, except: ['a'] } });
    expect(await inputOf('users export --state banned')).toEqual({ filter: { state: 'banned' } });
    expect(await inputOf('users export --names a')).toEqual({ who: { names: ['a'] } });
  });

  it('one of several shapes', async () => {
    const expiry = async (word: string): Promise<unknown> =>
      ((await inputOf('cards issue --type week --expiry', word)) as { readonly expiry: unknown }).expiry;
    expect(await expiry('type')).toEqual({ kind: 'type' });
    expect(await expiry('90d')).toEqual({ kind: 'days', days: 90 });
    expect(await expiry('90')).toEqual({ kind: 'days', days: 90 });
    expect(await expiry('2027-01-01T00:00:00Z')).toEqual({ kind: 'at', at: '2027-01-01T00:00:00Z' });
    expect(await inputOf('cards reissue --ids 1 --expiry same')).toEqual({ who: { ids: ['1'] }, expiry: 'same' });
    expect(await inputOf('cards issue --type week --prefix MOON')).toEqual({
      type: 'week',
      format: { kind: 'grouped', prefix: 'MOON' },
    });
    expect(await inputOf('cards issue --type week --format site')).toEqual({ type: 'week', format: { kind: 'site' } });
  });

  it('pairs from a CSV file', async () => {
    const pairs = file('pairs.csv', 'id,key,username\n1,,alice\n,MOON-1,"bob, jr"\n');
    expect(await inputOf('cards bind --pairs', pairs)).toEqual({
      pairs: [
        { card: { id: '1' }, username: 'alice' },
        { card: { key: 'MOON-1' }, username: 'bob, jr' },
      ],
    });
    await expect(inputOf('cards bind --pairs', file('odd.csv', 'card,username\n1,a\n'))).rejects.toThrow('card');
    await expect(inputOf('cards bind --pairs 1=a')).rejects.toThrow('@pairs.csv');
  });

  it('JSON and options together', async () => {
    const json = JSON.stringify({ who: { filter: { roles: ['user'] } }, reason: 'fraud' });
    expect(await inputOf('users ban --state active', json)).toEqual({
      who: { filter: { roles: ['user'], state: 'active' } },
      reason: 'fraud',
    });
    expect(await inputOf('users.list', file('input.json', '\ufeff{"limit":5}'))).toEqual({ limit: 5 });
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{"limit":5}', 'utf16le')]);
    expect(await inputOf('users.list', file('input16.json', utf16))).toEqual({ limit: 5 });
    expect(await inputOf('users.list')).toEqual({});
  });
});

describe('what is refused', () => {
  it.each([
    ['users ban --reason fraud {"reason":"abuse"}', 'JSON has it already'],
    ['users list --limit 5 --limit 6', 'only once'],
    ['users list --state banned --filter-state active', 'only once'],
    ['users unban --names a --state banned', '--names, --state'],
    ['users list --limit five', 'not a whole number'],
    ['users list --limit 1.5', 'not a whole number'],
    ['users list --limit 1,5', 'not a whole number'],
    ['cards issue --type week --count 10,20', 'not a whole number'],
    ['users list --state gone', 'active, banned'],
    ['users list --created-from 2026-02-31', 'not a time'],
    ['cards issue --type week --expiry soon', 'not understood'],
    ['users list {"limit"', 'not a valid JSON object'],
    ['users get someone', 'not a valid JSON object'],
    ['users get 5', 'not a valid JSON object'],
    ['users list -o file', 'for exports only'],
    ['users export -o -', 'the path of a file'],
    ['users unban --names a --all', '--names, --all'],
    ['users list [] --limit 5', 'has to be an object'],
    ['session signIn --username a --password secret', 'can read the command line'],
    ['cards revoke --keys MOON-1', 'can read the command line'],
    ['users list --no-such 1', 'no option --no-such'],
    ['users lisst', 'no operation lisst'],
    ['users list {} {}', 'Too many words'],
    ['users list --limit', 'needs a value'],
    ['users list --json --csv', 'exclude each other'],
    ['users list --language fr', 'zh-CN or en'],
  ])('%s', async (line, message) => {
    const refusal: unknown = await (async () => inputOf(line))().then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(message) as string });
  });

  it('a value without its option: the hint names the options, and does not repeat the value', async () => {
    const hintOf = async (line: string): Promise<unknown> =>
      inputOf(line).then(
        () => null,
        (error: unknown) => (error instanceof Refusal ? error.hint?.en : error),
      );
    expect(await hintOf('users get someone')).toBe(
      'Values are given by options: --username <text>. See moondesk users get --help.',
    );
    expect(await hintOf('users ban someone --reason fraud')).toContain('--names <list> --reason <word>');
    expect(await hintOf('users list someone')).toBe('See moondesk users list --help.');
  });

  it('a folder, a file that does not exist, bytes that are no text', async () => {
    await expect(inputOf('users.list', `@${folder}`)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('is a folder') as string,
    });
    await expect(inputOf('users.list', `@${folder}/none`)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('does not exist') as string,
    });
    await expect(inputOf('users.list', '@/dev/zero')).rejects.toThrow('too large');
    await expect(inputOf('users.list', file('gbk', Buffer.from([0xc4, 0xe3, 0xff])))).rejects.toThrow('UTF-8');
  });
});

describe('secrets', () => {
  it('come from a file without its last line break, or from whoever is asked', async () => {
    const user = { username: 'a', password: 'from a file' };
    expect(await inputOf('session signIn --username a --password', file('secret', 'from a file\n'))).toEqual(user);
    expect(await inputOf('session signIn --username a --password')).toEqual({ ...user, password: 'typed' });
    expect(await inputOf('session signIn --username a')).toEqual({ ...user, password: 'typed' });
  });

  it('are not asked for where there is no one to ask', async () => {
    const nobody = () => Promise.resolve(null);
    expect(await readInput(argumentsOf(['session', 'signIn', '--username', 'a']), nobody)).toEqual({ username: 'a' });
    await expect(readInput(argumentsOf(['session', 'signIn', '--password']), nobody)).rejects.toThrow('no terminal');
  });
});
