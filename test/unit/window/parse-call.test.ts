import { describe, expect, test } from 'vitest';
import { parseCall } from '../../../electron/window/parse-call.js';
import { isOurs } from '../../../electron/window/origin.js';
import { isOurPage } from '../../../electron/window/sender.js';

const call = { id: 'a-1', operation: 'desk.ping', input: {}, language: 'en' };
const refused = expect.objectContaining({ code: 'invalid_input' }) as Error;

describe('a call', () => {
  test('is read as it was sent', () => {
    expect(parseCall(JSON.stringify({ ...call, idempotencyKey: 'key-12345' }))).toEqual({
      ...call,
      idempotencyKey: 'key-12345',
    });
  });

  test('may carry 100,000 names of 50 characters', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `用户名${String(index).padStart(47, 'x')}`);
    expect(parseCall(JSON.stringify({ ...call, input: { who: { names } } })).input).toEqual({ who: { names } });
  });

  test('of 10 MB is refused without being parsed', () => {
    const since = performance.now();
    expect(() => parseCall(`{${'x'.repeat(10_000_000)}`)).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: 'The call carries too much' }),
    );
    expect(performance.now() - since).toBeLessThan(1_000);
  });

  test.each([
    ['no text', { ...call }],
    ['nothing', undefined],
    ['no JSON', 'x'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a field more', JSON.stringify({ ...call, more: 1 })],
    ['no id', JSON.stringify({ ...call, id: undefined })],
    ['an id of 65 characters', JSON.stringify({ ...call, id: 'x'.repeat(65) })],
    ['an operation with a path', JSON.stringify({ ...call, operation: '../users' })],
    ['another language', JSON.stringify({ ...call, language: 'de' })],
    ['a key that is no word', JSON.stringify({ ...call, idempotencyKey: 'a b' })],
    ['__proto__ in the call', '{"id":"a","operation":"desk.ping","input":{},"language":"en","__proto__":{"x":1}}'],
    [
      '__proto__ deep in the input',
      '{"id":"a","operation":"desk.ping","input":{"a":[{"__proto__":{"x":1}}]},"language":"en"}',
    ],
    [
      '__proto__ written with an escape',
      '{"id":"a","operation":"desk.ping","input":{"\\u005f_proto__":{"x":1}},"language":"en"}',
    ],
    ['forty-one levels', JSON.stringify({ ...call, input: JSON.parse('['.repeat(42) + ']'.repeat(42)) as unknown })],
    ['half a million things', JSON.stringify({ ...call, input: Array.from({ length: 500_001 }, () => 0) })],
  ])('with %s is refused', (_what, text) => {
    expect(() => parseCall(text)).toThrow(refused);
  });

  test('nested a million deep does not bring the reader down', () => {
    expect(() =>
      parseCall(
        `{"id":"a","operation":"desk.ping","language":"en","input":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`,
      ),
    ).toThrow();
  });

  test('keeps a user named __proto__', () => {
    expect(parseCall(JSON.stringify({ ...call, input: { username: '__proto__' } })).input).toEqual({
      username: '__proto__',
    });
  });
});

test.each([
  [null, false],
  [undefined, false],
  [{ parent: null, origin: 'moondesk://app' }, true],
  [{ parent: {}, origin: 'moondesk://app' }, false],
  [{ parent: null, origin: 'moondesk://app.evil' }, false],
  [{ parent: null, origin: 'https://app' }, false],
  [{ parent: null, origin: 'null' }, false],
])('a frame %j speaks for us: %s', (frame, expected) => {
  expect(isOurPage(frame)).toBe(expected);
});

test.each([
  ['moondesk://app/index.html', true],
  ['moondesk://app', true],
  ['moondesk://app:80/', false],
  ['moondesk://user@app/', false],
  ['moondesk://app.evil/', false],
  ['moondesk:app', false],
  ['https://app/', false],
  ['about:blank', false],
  ['', false],
])('%s is ours: %s', (address, expected) => {
  expect(isOurs(address)).toBe(expected);
});
