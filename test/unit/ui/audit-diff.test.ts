import { expect, test } from 'vitest';
import { differences } from '../../../renderer/pages/audit/diff.js';

test('rows of a table are compared one with itself, and named where there are several', () => {
  expect(
    differences(
      { card_keys: [{ id: '7', key_hash: 'ab', status: 'unused', bound_to: null }], user_card_keys: [] },
      {
        card_keys: [{ id: '7', key_hash: 'ab', status: 'used', bound_to: 'moonfan' }],
        user_card_keys: [{ id: 'x-1', status: 'used' }],
      },
    ),
  ).toEqual([
    { field: 'card_keys.status', before: 'unused', after: 'used' },
    { field: 'card_keys.bound_to', before: null, after: 'moonfan' },
    { field: 'user_card_keys.id', before: undefined, after: 'x-1' },
    { field: 'user_card_keys.status', before: undefined, after: 'used' },
  ]);
  expect(
    differences(
      { card_keys: [{ id: '7', expires_at: 'a' }] },
      {
        card_keys: [
          { id: '8', expires_at: 'b' },
          { id: '7', expires_at: 'b' },
        ],
      },
    ),
  ).toEqual([
    { field: 'card_keys.7.expires_at', before: 'a', after: 'b' },
    { field: 'card_keys.8.id', before: undefined, after: '8' },
    { field: 'card_keys.8.expires_at', before: undefined, after: 'b' },
  ]);
});

test('a thing that came or went has one side; what did not move is not told', () => {
  expect(differences(null, { tag: 'A', config: { role: 'user' } })).toEqual([
    { field: 'tag', before: undefined, after: 'A' },
    { field: 'config.role', before: undefined, after: 'user' },
  ]);
  expect(differences({ tags: ['a'], rows: [] }, { tags: ['a'], rows: [] })).toEqual([]);
});
