import { Command } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { legacy } from '../../../electron/data/legacy/keys.js';
import { Keys } from '../../../electron/data/redis/keys.js';

const slotOf = (key: string): unknown => new Command('get', [key]).getSlot();

describe('where a fill is laid', () => {
  it.each(['moontv:', '{site}:', 'a{b:', ''])('is in the slot of its key, under the prefix %j', (prefix) => {
    const keys = new Keys(prefix);
    for (const part of ['bob', '量子', 'a:b', '{', '}', '{}', '{x}', 'a{b}c', '}{']) {
      const key = keys.of('playRecords', part);
      const staged = keys.staged(key, 'token');
      if (staged === null) continue;
      expect(slotOf(staged)).toBe(slotOf(key));
      expect(staged.startsWith(prefix)).toBe(true);
      expect(keys.isStaged(staged)).toBe(true);
      expect(keys.familyOf(staged)).toBeNull();
    }
  });

  it('is found for every key without braces, and for every key of a prefix that names its slot', () => {
    expect(new Keys().staged('moontv:user:bob:info', 't1')).toBe('moontv:cache:fill:{moontv:user:bob:info}t1');
    expect(new Keys().staged('moontv:user:{bob}:info', 't1')).toBeNull();
    const tagged = new Keys('{site}:');
    expect(tagged.staged(tagged.of('userInfo', '{bob}'), 't1')).toBe('{site}:cache:fill:{site}:user:{bob}:infot1');
  });

  it('is no value of the site', () => {
    expect(new Keys().isStaged('moontv:user:cache:fill:info')).toBe(false);
  });
});

describe('under an empty prefix', () => {
  it('the cards of the old layout are no cache', () => {
    const keys = new Keys('');
    const hash = 'a'.repeat(64);
    for (const name of [legacy.card(hash), legacy.given(hash), legacy.cardsWith('unused')])
      expect([name, keys.familyOf(name)]).toEqual([name, null]);
    expect(keys.familyOf(keys.of('cardKey', hash))).toBe('cardKey');
  });
});
