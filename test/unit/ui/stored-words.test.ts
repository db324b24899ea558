import { describe, expect, test } from 'vitest';
import { contract, type OperationName } from '../../../electron/contract/index.js';
import type { Definition } from '../../../electron/contract/operation.js';
import { knownFields } from '../../../electron/data/config/entry-fields.js';
import { rowTables, tableOf } from '../../../electron/data/tables.js';
import { type JsonSchema, schemaOf } from '../../../electron/terminal/options/json-schema.js';
import { storedWords } from '../../../renderer/pages/audit/useStoredWords.js';
import { formatAbsolute } from '../../../renderer/ui/time.js';
import { collect } from '../../../renderer/i18n/collect.js';

const texts = collect(import.meta.glob('../../../renderer/i18n/*/*.ts', { eager: true }));
const textOf = (texts: object) => (path: string) => {
  const found = path.split('.').reduce<unknown>((at, step) => Reflect.get(Object(at), step), texts);
  return typeof found === 'string' ? found : '';
};
const languages = [
  ['zh-CN', storedWords(textOf(texts['zh-CN']?.['stored'] ?? {}))],
  ['en', storedWords(textOf(texts['en']?.['stored'] ?? {}))],
] as const;

/** Every name of a field in a schema, and the codes of those that have some. */
function fieldsIn(schema: JsonSchema): readonly (readonly [name: string, codes: readonly string[]])[] {
  const inside = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    [name, codesOf(field)] as const,
    ...fieldsIn(field),
  ]);
  return [...inside, ...variantsOf(schema).flatMap(fieldsIn)];
}

function variantsOf({ anyOf = [], oneOf = [], items }: JsonSchema): readonly JsonSchema[] {
  return [...anyOf, ...oneOf, ...(items === undefined ? [] : [items])];
}

function codesOf(schema: JsonSchema): readonly string[] {
  return [
    ...(schema.enum ?? []),
    ...(schema.const === undefined ? [] : [schema.const]),
    ...(schema.properties === undefined ? variantsOf(schema).flatMap(codesOf) : []),
  ];
}

const audited = (Object.keys(contract) as OperationName[])
  .map((name) => [name, contract[name] as Definition] as const)
  .filter(([, { kind, scope }]) => kind !== 'read' && scope === 'site');

/** Formats of files are called by their names. */
const namedAlike = new Set(['csv', 'txt']);

const migrations = import.meta.glob<string>('../../../migrations/*.sql', {
  eager: true,
  query: '?raw',
  import: 'default',
});

/** The columns of the tables whose rows images may hold, as `table.column`. */
const columns = Object.values(migrations).flatMap((sql) =>
  [...sql.matchAll(/CREATE TABLE IF NOT EXISTS (\w+) \(\n([^;]*)\n\)/g)].flatMap(([, table = '', body = '']) =>
    tableOf(table)?.key === undefined
      ? []
      : [...body.matchAll(/^ {4}([a-z_0-9]+) [A-Z]/gm)].map(([, column = '']) => `${table}.${column}`),
  ),
);

const sources = import.meta.glob<string>('../../../electron/operations/**/*.ts', {
  eager: true,
  query: '?raw',
  import: 'default',
});

/** Names in images that are not those of a table: operations write them where they record what they have done. */
const byHand = Object.values(sources).flatMap((source) =>
  [...source.matchAll(/\b(?:before|after): \{ (\w+): \[\{ ?(\w*)/g)].flatMap(([, ...names]) =>
    names.filter((name) => name !== ''),
  ),
);

describe.each(languages)('what the audit stores, in %s', (language, stored) => {
  const foreign = language === 'en' ? /\p{Script=Han}/u : /^[a-z_ ]+$/;
  const isRaw = (word: string, name: string) => word === name || word.includes('_') || foreign.test(word);

  test('every field of every audited input has a word', () => {
    const fields = audited.flatMap(([, definition]) => fieldsIn(schemaOf(definition)).map(([name]) => name));
    expect(fields.length).toBeGreaterThan(60);
    expect([...new Set(fields)].filter((name) => isRaw(stored.field(name), name))).toEqual([]);
  });

  test('every code of them has a word', () => {
    const codes = audited.flatMap(([, definition]) =>
      fieldsIn(schemaOf(definition)).flatMap(([name, all]) => all.map((code) => `${name}=${code}`)),
    );
    expect(codes.length).toBeGreaterThan(30);
    const raw = [...new Set(codes)].filter((one) => {
      const [name = '', code = ''] = one.split('=');
      if (namedAlike.has(code)) return false;
      const word = stored.value(name, code);
      return language === 'en' ? word.includes('_') : !/\p{Script=Han}/u.test(word);
    });
    expect(raw).toEqual([]);
  });

  test('every name that an operation writes into an image by hand has a word', () => {
    expect(byHand).toContain('dismissed');
    expect(byHand).toContain('entryFields');
    expect(byHand.filter((name) => isRaw(stored.field(name), name))).toEqual([]);
  });

  test('the fields that a dismissal names are in words', () => {
    const path = 'dismissed.entryFields';
    expect(knownFields.filter((name) => isRaw(stored.value(path, JSON.stringify([name])), name))).toEqual([]);
  });

  test('times of an entry in the config, which are milliseconds, are times', () => {
    const shown = formatAbsolute(new Date(1_753_172_103_000).toISOString());
    for (const field of ['createdAt', 'cardKey.expiresAt', 'cardKey.boundAt'])
      expect(stored.value(`config.users.entry.${field}`, '1753172103000')).toBe(shown);
    expect(stored.value('config.users.entry.loginCount', '1753172103000')).toBe('1753172103000');
  });

  test('every table and column that images hold has a word', () => {
    expect(columns).toContain('users.tvbox_token');
    expect(columns).toContain('console_bans.banned_by');
    const names = [...rowTables.map(([name]) => name), ...columns.map((path) => path.split('.')[1] ?? '')];
    expect([...new Set(names)].filter((name) => isRaw(stored.field(name), name))).toEqual([]);
  });
});

test('paths, codes, times, yes and no are in words; what has no word stays as it is', () => {
  const [[, chinese], [, english]] = languages;
  expect(english.field('users.tvbox_token')).toBe('User › TVBox token');
  expect(chinese.field('config.users.tvboxToken')).toBe('站点配置 › 用户 › TVBox 令牌');
  expect(english.field('card_keys.7.expires_at')).toBe('Card key › 7 › Expires');
  expect(english.field('config.users.keys')).toBe('Site config › User › Order of fields');
  expect(english.value('config.users.keys', '["username","tvboxToken"]')).toBe('Username, TVBox token');
  expect(chinese.value('console_bans.reason', 'fraud')).toBe('刷邀请或欺诈');
  expect(english.value('points_records.reason', 'for the spring fair')).toBe('for the spring fair');
  expect(english.value('card_keys.key_type', 'month')).toBe('Month');
  expect(chinese.value('who.filter.states', '["unused","used"]')).toBe('未使用, 已使用');
  expect(chinese.value('users.banned', '1')).toBe('是');
  expect(english.value('boundToo', 'false')).toBe('no');
  expect(english.value('user_points.balance', '1')).toBe('1');
  expect(english.value('users.created_at', '2026-03-01 04:05:06')).toBe(formatAbsolute('2026-03-01T04:05:06Z'));
  expect(english.value('until', '2026-03-01T04:05:06.000Z')).toBe(formatAbsolute('2026-03-01T04:05:06Z'));
  expect(english.field('donations.from_future')).toBe('donations › from_future');
  expect(english.value('role', 'astronaut')).toBe('astronaut');
  expect(english.value('who.names', '[" lin","ad\u202emin"]')).toBe('␣lin, ad\\u202emin');
  expect(english.field('constructor')).toBe('constructor');
});
