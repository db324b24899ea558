import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { KeyFormat } from '../../../electron/contract/cards-issue.js';
import { alphabet, hasValidCheckSymbol } from '../../../electron/operations/cards/check-symbol.js';
import { bitsOf, checkFormat, hashOf, makeKeys, readKey, widthOf } from '../../../electron/operations/cards/key.js';

const grouped = (prefix = '', symbols = 16, group = 4): KeyFormat => ({ kind: 'grouped', prefix, symbols, group });
const site: KeyFormat = { kind: 'site' };
const only = (format: KeyFormat): string => makeKeys(format, 1)[0] ?? '';

describe('the check symbol', () => {
  test.each([16, 20, 31])('finds every single wrong symbol and every two that changed places, of %i', (length) => {
    for (const key of makeKeys(grouped('', length, 0), 20)) {
      expect(hasValidCheckSymbol(key)).toBe(true);
      for (let at = 0; at < length; at += 1) {
        for (const symbol of alphabet) {
          if (symbol === key[at]) continue;
          if (hasValidCheckSymbol(key.slice(0, at) + symbol + key.slice(at + 1)))
            throw new Error(`${key}: ${symbol} at ${String(at)}`);
        }
        for (let other = at + 1; other < length; other += 1) {
          if (key[at] === key[other]) continue;
          const symbols = Array.from(key);
          [symbols[at], symbols[other]] = [key[other] ?? '', key[at] ?? ''];
          if (hasValidCheckSymbol(symbols.join(''))) throw new Error(`${key}: ${String(at)} and ${String(other)}`);
        }
      }
    }
  });

  test('is of the alphabet, which has no look-alikes', () => {
    expect(new Set(alphabet).size).toBe(32);
    expect(alphabet).not.toMatch(/[01IO]/);
    expect(hasValidCheckSymbol('0000000000000000')).toBe(false);
  });
});

describe('keys', () => {
  test('look as their format says, and hash as they are displayed', () => {
    expect(only(grouped())).toMatch(/^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3}$/);
    expect(only(grouped('MOON', 20, 5))).toMatch(/^MOON(-[2-9A-HJ-NP-Z]{5}){4}$/);
    expect(only(grouped('MOON', 16, 0))).toMatch(/^MOON[2-9A-HJ-NP-Z]{16}$/);
    expect(only(grouped('', 17, 8))).toMatch(/^.{8}-.{8}-.$/);
    expect(only(site)).toMatch(/^[A-Za-z0-9]{16}$/);
    const key = only(grouped('MOON'));
    expect(hashOf(key)).toBe(createHash('sha256').update(key).digest('hex'));
    expect(key).toHaveLength(widthOf(grouped('MOON')));
  });

  test('have 75 bits and more', () => {
    expect(bitsOf(grouped())).toBe(75);
    expect(bitsOf(grouped('', 31))).toBe(150);
    expect(bitsOf(site)).toBe(95);
  });

  test('that the column could not hold are refused', () => {
    expect(() => checkFormat(grouped('ABCDEFGHIJKL', 31, 1))).toThrow('74 characters');
    expect(() => checkFormat(grouped('ABCDEFGHIJKL', 31, 2))).not.toThrow();
  });

  test.each([grouped('', 16, 0), site])('draw every symbol as often as the other: %o', (format) => {
    const counts = new Map<string, number>();
    const keys = makeKeys(format, 40_000);
    expect(new Set(keys).size).toBe(keys.length);
    for (const symbol of keys.join('')) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    const size = format.kind === 'site' ? 62 : 32;
    expect(counts.size).toBe(size);
    const expected = (keys.length * 16) / size;
    const chi = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Mean size − 1, variance twice that: eight deviations off does not happen by chance.
    expect(chi).toBeLessThan(size - 1 + 8 * Math.sqrt(2 * (size - 1)));
  });
});

describe('reading', () => {
  const format = grouped('MOON');
  const key = only(format);
  const bare = key.replaceAll('-', '');
  const texts = (text: string, formats: readonly KeyFormat[] = [grouped(), format, site]): readonly string[] =>
    readKey(text, formats).candidates.map((candidate) => candidate.key);

  test.each([
    ['as it is', key],
    ['lower case', key.toLowerCase()],
    ['spaces for dashes', key.replaceAll('-', ' ')],
    ['no dashes', bare],
    ['foreign dashes', key.replaceAll('-', '—')],
    ['full width', key.replace(/[!-~]/g, (at) => String.fromCharCode(at.charCodeAt(0) + 0xfee0))],
    ['without its prefix', key.slice(5).toLowerCase()],
    ['zeros in its prefix', `m00n${bare.slice(4)}`],
    ['a blank of no width', `${key.slice(0, 7)}\u200b${key.slice(7)}`],
  ])('mends: %s', (_, text) => {
    expect(texts(text, [format])).toContain(key);
  });

  test('says that the check symbol is wrong', () => {
    const last = key.at(-1) === 'Z' ? 'Y' : 'Z';
    const wrong = readKey(key.slice(0, -1).toLowerCase() + last, [format]);
    expect(wrong.wrongCheck).toBe(true);
    expect(wrong.candidates.map((candidate) => candidate.key)).not.toContain(key);
    expect(readKey(key, [format])).toMatchObject({ wrongCheck: false, hash: null });
    expect(readKey('MOON-1111-1111-1111-1111', [format]).wrongCheck).toBe(false);
  });

  test('keeps the case of the site’s own keys, and knows a hash', () => {
    const own = only(site);
    expect(readKey(own, [site]).candidates[0]).toEqual({ key: own, how: 'exact' });
    expect(texts(`${own.slice(0, 8)} ${own.slice(8)}`)).toContain(own);
    expect(readKey(hashOf(own).toUpperCase(), [])).toMatchObject({ hash: hashOf(own) });
    expect(readKey('   ', [site]).candidates).toEqual([]);
  });
});
