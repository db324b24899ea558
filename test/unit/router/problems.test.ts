/** What is wrong with an input is said in the reader's language: every schema of the contract, with wrong values. */
import * as z from 'zod';
import { describe, expect, test } from 'vitest';
import { contract } from '../../../electron/contract/index.js';
import type { Definition } from '../../../electron/contract/operation.js';
import { problemOf } from '../../../electron/router/problems.js';

/** The schema itself and all those within it. */
function schemasIn(schema: unknown): readonly z.ZodType[] {
  return schema instanceof z.ZodType ? [schema, ...partsOf(schema).flatMap(schemasIn)] : [];
}

function partsOf(schema: z.ZodType): readonly unknown[] {
  if (schema instanceof z.ZodObject) return Object.values(schema.shape);
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodUnion) return schema.options;
  if (schema instanceof z.ZodRecord) return [schema.keyType, schema.valueType];
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? [schema.unwrap()] : [];
}

/** Words of the input itself, which read the same in both languages: its fields and its codes. */
function wordsOf(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  return schema instanceof z.ZodLiteral ? [...schema.values].map(String) : [];
}

const definitions = Object.values(contract as Readonly<Record<string, Definition>>);
const schemas = [...new Set(definitions.flatMap(({ input }) => schemasIn(input)))];
const words = new Set(schemas.flatMap(wordsOf));

const wrongValues: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1e9,
  1.5,
  1e12,
  1e300,
  '',
  'x',
  [],
  {},
  { nobody: 1 },
  // Longer than a name may be, and than any text may be.
  'x'.repeat(60),
  'x'.repeat(100_001),
  { kind: 'other' },
  // What the contract refuses by rules of its own.
  ['type'],
  { who: { names: ['a'] }, filter: { state: 'banned' } },
  { who: { ids: ['1'] }, filter: { batch: '1' }, format: 'csv' },
];

/** Wrong values for a schema; for a list also one entry too many. */
function wrongFor(schema: z.ZodType): readonly unknown[] {
  const shown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { readonly maxItems?: number };
  const { maxItems } = shown;
  return maxItems === undefined ? wrongValues : [...wrongValues, Array.from({ length: maxItems + 1 }, () => '7')];
}

/** Everything said of wrong values, and the codes of zod for which something was. */
function said(language: 'zh' | 'en'): { readonly texts: ReadonlySet<string>; readonly codes: ReadonlySet<string> } {
  const [texts, codes] = [new Set<string>(), new Set<string>()];
  const note = (issues: readonly z.core.$ZodIssue[]): void => {
    for (const issue of issues) {
      texts.add(issue.message);
      codes.add(issue.code);
      if (issue.code === 'invalid_union') for (const variant of issue.errors) note(variant);
    }
  };
  for (const schema of schemas)
    for (const value of wrongFor(schema))
      note(schema.safeParse(value, { error: (issue) => problemOf(issue)[language] }).error?.issues ?? []);
  return { texts, codes };
}

/** The text without what reads the same in both languages: patterns, fields and codes. */
function ownWords(text: string): string {
  const withoutPatterns = text.replaceAll(/\/\^.*\$\/i?/gu, '');
  return withoutPatterns.replaceAll(/[A-Za-z]\w*/gu, (word) => (words.has(word) || word === 'nobody' ? '' : word));
}

const examples: readonly (readonly [schema: z.ZodType, value: unknown, zh: string, en: string])[] = [
  [z.int().min(1), 0, '不能小于 1', 'must be at least 1'],
  [z.number().lt(5), 5, '须小于 5', 'must be less than 5'],
  [z.string().min(1), '', '至少 1 个字符', 'must have at least 1 character'],
  [z.array(z.string()).max(2), ['a', 'b', 'c'], '至多 2 项', 'must have at most 2 entries'],
  [z.int(), 1.5, '须为整数', 'must be a whole number'],
  [z.boolean(), 'yes', '须为布尔值', 'must be true or false'],
  [z.string(), undefined, '缺少', 'is missing'],
  [z.enum(['a', 'b']), 'c', '须为以下之一：a、b', 'must be one of: a, b'],
  [z.strictObject({}), { a: 1, b: 2 }, '没有这样的字段：a、b', 'has no such fields: a, b'],
  [z.string().regex(/^\d$/), 'x', '须符合格式 /^\\d$/', 'must have the form /^\\d$/'],
];

describe('what is wrong with an input', () => {
  test('is said in Chinese without a word of English', () => {
    const { texts, codes } = said('zh');
    expect([...codes].sort()).toEqual([
      'custom',
      'invalid_format',
      'invalid_type',
      'invalid_union',
      'invalid_value',
      'too_big',
      'too_small',
      'unrecognized_keys',
    ]);
    expect([...texts].filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([]);
    expect([...texts].filter((text) => /[A-Za-z]{2}/u.test(ownWords(text)))).toEqual([]);
    // Of everything that the contract can ask for, it is said what that is.
    expect(texts.has('不符合要求')).toBe(false);
  });

  test('is said in English without a Chinese character', () => {
    const { texts } = said('en');
    expect([...texts].filter((text) => /\p{Script=Han}|Invalid|expected/u.test(text))).toEqual([]);
    expect(texts.has('is not as it should be')).toBe(false);
  });

  test('is said in both languages by every rule of the contract’s own', () => {
    const rules = schemas.flatMap(({ _zod }) =>
      (_zod.def.checks ?? []).flatMap(({ _zod: check }) => (check.def.check === 'custom' ? [check.def] : [])),
    );
    expect(rules.length).toBeGreaterThan(3);
    for (const rule of rules) {
      expect(rule.error).toBeUndefined();
      expect(rule).toMatchObject({ params: { zh: expect.any(String) as string, en: expect.any(String) as string } });
    }
  });

  test.each(examples)('%#: as what follows the name of its field', (schema, value, zh, en) => {
    const texts = (['zh', 'en'] as const).map((language) => {
      const { error } = schema.safeParse(value, { error: (issue) => problemOf(issue)[language] });
      return error?.issues[0]?.message;
    });
    expect(texts).toEqual([zh, en]);
  });
});
