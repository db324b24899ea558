import { Command } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { encodeCommand } from '../../../electron/data/redis/resp-encoder.js';

const alphabets = ['a', '"\\\n\r\n\0', 'é', '量子', '😀', '\ud83d', '$12\r\n', ''];

function texts(): string[] {
  return Array.from({ length: Math.floor(Math.random() * 6) }, () =>
    (alphabets[Math.floor(Math.random() * alphabets.length)] ?? '').repeat(Math.floor(Math.random() ** 4 * 2_000)),
  );
}

describe('commandBytes', () => {
  it('says what the driver would, whatever the words', () => {
    for (let turn = 0; turn < 500; turn += 1) {
      const words = texts();
      expect(encodeCommand('echo', words).equals(Buffer.from(new Command('echo', words).toWritable({})))).toBe(true);
    }
  });

  it('does so where the bytes are more by a digit than the characters, and beyond its desk', () => {
    for (const count of [3, 4, 9, 10, 33, 34, 99, 100, 333, 334, 999, 1_000, 90_000, 400_000])
      for (const letter of ['x', 'é', '量']) {
        const words = [letter.repeat(count), 'end'];
        expect(encodeCommand('set', words).equals(Buffer.from(new Command('set', words).toWritable({})))).toBe(true);
      }
  });

  it('keeps each command apart from the next', () => {
    const first = encodeCommand('set', ['a', '1']);
    encodeCommand('set', ['b', '2']);
    expect(first.toString()).toBe('*3\r\n$3\r\nset\r\n$1\r\na\r\n$1\r\n1\r\n');
  });
});
