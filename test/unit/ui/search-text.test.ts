import { describe, expect, test } from 'vitest';
import { parseSearch, stringifySearch } from '../../../renderer/app/search-text.js';
import { auditList } from '../../../renderer/pages/audit/list.js';
import { cardsList } from '../../../renderer/pages/cards/list/list.js';
import { usersList } from '../../../renderer/pages/users/list.js';

describe('what an address says', () => {
  test.each(['9007199254740993', '9223372036854775807', '18446744073709551615', '7', '007'])(
    'id %s opens itself, and no other',
    (id) => {
      expect(cardsList.read(parseSearch(`?card=${id}&batch=${id}`))).toEqual({ card: id, batch: id });
      expect(auditList.read(parseSearch(`?entry=${id}`))).toEqual({ entry: id });
    },
  );

  test.each(['1e5', '12345678901234567890', '1.50', '-0', 'true ', '{"a":1}', '"x"', '[1]', '=1+1', 'ü&?#%'])(
    'name %s is read as it was written into an address',
    (user) => {
      expect(usersList.read(parseSearch(stringifySearch({ user })))).toEqual({ user });
    },
  );

  test('a name of figures is read as it stands', () => {
    for (const user of ['1e5', '1.50', '12345678901234567890', '123'])
      expect(usersList.read(parseSearch(`?user=${user}`))).toEqual({ user });
  });

  test('numbers, lists and marks are what they were', () => {
    const search = { pointsMin: 5, pointsMax: -3, role: ['user', 'admin'], never: true, asc: true } as const;
    expect(usersList.read(parseSearch(stringifySearch(search)))).toEqual(search);
  });
});
