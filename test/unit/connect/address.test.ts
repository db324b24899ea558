import { describe, expect, test } from 'vitest';
import { addressIn } from '../../../renderer/pages/connect/address.js';
import { draftOf, withAddress } from '../../../renderer/pages/connect/draft.js';

describe('an address pasted as a host', () => {
  test.each([
    [
      'mysql://root:s%40cret@db.example:3307/site',
      { kind: 'mysql', host: 'db.example', port: 3307, user: 'root', password: 's@cret', database: 'site' },
    ],
    ['jdbc:mysql://db.example/site?useSSL=true', { kind: 'mysql', host: 'db.example', database: 'site' }],
    ['mariadb://me@db', { kind: 'mysql', host: 'db', user: 'me' }],
    ['redis://:a/b#c%@cache/3', { kind: 'redis', host: 'cache', password: 'a/b#c%', database: '3' }],
    [
      'rediss://me:p@[::1]:6380?db=2',
      {
        kind: 'redis',
        host: '::1',
        port: 6380,
        user: 'me',
        password: 'p',
        database: '2',
        tls: true,
      },
    ],
    ['db.example:3307', { kind: null, host: 'db.example', port: 3307 }],
    [' [fd00::7] ', { kind: null, host: 'fd00::7' }],
    ['me:secret@db', { kind: null, host: 'db', user: 'me', password: 'secret' }],
  ])('%s', (text, expected) => {
    expect(addressIn(text)).toEqual(expected);
  });

  test.each(['db.example', '127.0.0.1', '::1', 'fe80::1', '', 'two words', 'http://db', 'ftp://x:y@db'])(
    '%s is left as it is',
    (text) => {
      expect(addressIn(text)).toBeNull();
    },
  );

  test('fills the fields it says something of, and the other server’s if it is of that', () => {
    const blank = draftOf(null);
    const of = (text: string) => addressIn(text) ?? { kind: null, host: '' };
    expect(withAddress(blank, 'redis', of('mysql://root:secret@db/site'))).toEqual({
      ...blank,
      mysql: { ...blank.mysql, host: 'db', user: 'root', database: 'site' },
      mysqlPassword: 'secret',
    });
    expect(withAddress(blank, 'redis', of('rediss://:pw@cache:6380/5'))).toEqual({
      ...blank,
      redis: { ...blank.redis, host: 'cache', port: 6380, db: 5, tls: { enabled: true, verify: true } },
      redisPassword: 'pw',
    });
    expect(withAddress(blank, 'mysql', of('db:3307'))).toEqual({
      ...blank,
      mysql: { ...blank.mysql, host: 'db', port: 3307 },
    });
  });
});
