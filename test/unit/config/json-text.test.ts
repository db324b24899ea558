import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compactText,
  joinList,
  joinObject,
  memberOf,
  mergeText,
  setMembers,
  splitList,
  splitObject,
} from '../../../electron/data/config/json-text.js';
import { sameJson } from '../../../electron/data/config/same-json.js';

const space = fc.stringMatching(/^[ \t\n\r]{0,3}$/);
const scalar = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    'false',
    '-0',
    '1.0',
    '1e2',
    '12345678901234567890',
    '-1.50',
    '"\\u4e2d\\/\\\\"',
    '"\\""',
  ),
  fc.string().map((text) => JSON.stringify(text)),
  fc.integer().map(String),
);
/** Repeated names, as an object may have them. */
const name = fc
  .constantFrom('a', 'b', 'username', 'Users', '中"文\\', '', '{', '__proto__')
  .map((text) => JSON.stringify(text));

/** JSON as any program may have written it. */
const { value: written } = fc.letrec<{ value: string; object: string; list: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('object'), tie('list')),
  object: fc
    .tuple(space, fc.array(fc.tuple(space, name, space, space, tie('value'), space), { maxLength: 5 }))
    .map(([blank, members]) =>
      members.length === 0
        ? `{${blank}}`
        : `{${members.map(([a, key, b, c, value, d]) => `${a}${key}${b}:${c}${value}${d}`).join(',')}}`,
    ),
  list: fc
    .tuple(space, fc.array(fc.tuple(space, tie('value'), space), { maxLength: 5 }))
    .map(([blank, parts]) =>
      parts.length === 0 ? `[${blank}]` : `[${parts.map(([a, value, b]) => a + value + b).join(',')}]`,
    ),
}));
const object = written.filter((text) => text.startsWith('{'));
const list = written.filter((text) => text.startsWith('['));

describe('JSON edited as text', () => {
  it('cuts an object and joins the very text, and finds what JSON.parse finds', () => {
    fc.assert(
      fc.property(object, space, space, (text, before, after) => {
        const whole = before + text + after;
        expect(joinObject(splitObject(whole))).toBe(whole);
        const value = JSON.parse(text) as Record<string, unknown>;
        for (const key of Object.keys(value)) expect(JSON.parse(memberOf(whole, key) ?? '')).toEqual(value[key]);
        expect(new Set(splitObject(whole).members.map((member) => member.name))).toEqual(new Set(Object.keys(value)));
      }),
      { numRuns: 500 },
    );
  });

  it('cuts a list and joins the very text', () => {
    fc.assert(
      fc.property(list, space, space, (text, before, after) => {
        const whole = before + text + after;
        const parts = splitList(whole);
        expect(joinList(parts)).toBe(whole);
        expect(parts.elements.map((element) => JSON.parse(element) as unknown)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('sets, adds and removes members and leaves every other one as it was written', () => {
    fc.assert(
      fc.property(
        object,
        fc.dictionary(fc.constantFrom('a', 'b', 'username', 'new', ''), fc.option(scalar, { nil: null })),
        (text, wanted) => {
          const edited = setMembers(text, new Map(Object.entries(wanted)));
          const value = JSON.parse(text) as Record<string, unknown>;
          for (const [key, part] of Object.entries(wanted)) {
            if (part === null) delete value[key];
            else value[key] = JSON.parse(part);
          }
          expect(sameJson(JSON.parse(edited), value)).toBe(true);
          const kept = (from: string): string[] =>
            splitObject(from).members.flatMap((member) =>
              Object.hasOwn(wanted, member.name) ? [] : [member.label + member.value],
            );
          expect(kept(edited)).toEqual(kept(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('spaces a new member as its neighbours, and gives the ends their white space', () => {
    expect(setMembers('{"a": 1, "b": 2}', new Map([['c', '3']]))).toBe('{"a": 1, "b": 2, "c": 3}');
    expect(setMembers('{"a":1}', new Map([['c', '3']]))).toBe('{"a":1,"c":3}');
    expect(setMembers('{\n  "a": 1,\n  "b": 2\n}', new Map([['a', null]]))).toBe('{\n  "b": 2\n}');
    expect(setMembers('{\n  "a": 1,\n  "b": 2\n}', new Map([['b', null]]))).toBe('{\n  "a": 1\n}');
    expect(setMembers('{"a": 1, "b": 2}', new Map(), ['b', 'a'])).toBe('{"b": 2, "a": 1}');
    expect(setMembers('{ }', new Map([['a', '1']]))).toBe('{ "a":1}');
    expect(setMembers('{"a":1,"b":2,"a":3}', new Map([['a', '9']]))).toBe('{"a":1,"b":2,"a":9}');
  });

  it('writes any value over any text, and keeps the text of what is equal', () => {
    fc.assert(
      fc.property(written, fc.oneof(written, fc.constant('null')), (text, other) => {
        expect(mergeText(text, JSON.parse(text))).toBe(text);
        const merged = mergeText(text, JSON.parse(other));
        expect(sameJson(JSON.parse(merged), JSON.parse(other))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves out what JSON has no text for, as JSON.stringify does', () => {
    const nothing = { a: undefined, new: undefined, f: () => 1, list: [undefined, 1], deep: { b: undefined } };
    for (const text of ['{"a":1,"f":2,"deep":{"b":1},"list":[3]}', '{}', '7'])
      expect(JSON.parse(mergeText(text, nothing))).toEqual({ list: [null, 1], deep: {} });
    expect(mergeText('7', undefined)).toBe('null');
  });

  it('keeps a number that JavaScript cannot hold, wherever its neighbours go', () => {
    const text =
      '{"n": 12345678901234567890, "list": [ {"key":"x","v":1.0} , {"key":"y","v":-0}], "u":{"a":1.50,"b":2}}';
    const value = JSON.parse(text) as { n: number; list: unknown[]; u: { b: number } };
    value.u.b = 3;
    value.list.shift();
    expect(mergeText(text, value)).toBe(
      '{"n": 12345678901234567890, "list": [ {"key":"y","v":-0}], "u":{"a":1.50,"b":3}}',
    );
  });

  it('compacts only what is between parts', () => {
    fc.assert(
      fc.property(written, (text) => {
        expect(JSON.stringify(JSON.parse(compactText(text)))).toBe(JSON.stringify(JSON.parse(text)));
        expect(compactText(JSON.stringify(JSON.parse(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 300 },
    );
  });
});
