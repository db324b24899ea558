import { expect, test } from 'vitest';
import { redact } from '../../../electron/operations/audit/redact.js';

test('images are shown without what gives access or proves who somebody is, and otherwise as they are', () => {
  const covered = '••••';
  const images = {
    users: [{ id: '1', password_hash: 'h', tvbox_token: 't', oidc_sub: 's', role: 'admin' }],
    card_keys: [{ id: '2', key_hash: 'aa', plain_key: 'MOON-AAAA' }],
    console_bans: [{ user_id: '1', reason: 'fraud', tvbox_token: 't', invitation_code: 'ABC' }],
    'config.users': [
      {
        username: 'lin',
        index: 0,
        entry: {
          username: 'lin',
          password: 'p',
          tvboxToken: 't',
          oidcSub: 's',
          cardKey: { boundKey: 'k', type: 'year' },
        },
        rawText: '{"password":"p"}',
      },
    ],
  };
  expect(redact(images)).toEqual({
    users: [{ id: '1', password_hash: covered, tvbox_token: covered, oidc_sub: covered, role: 'admin' }],
    card_keys: [{ id: '2', key_hash: 'aa', plain_key: covered }],
    console_bans: [{ user_id: '1', reason: 'fraud', tvbox_token: covered, invitation_code: 'ABC' }],
    'config.users': [
      {
        username: 'lin',
        index: 0,
        entry: {
          username: 'lin',
          password: covered,
          tvboxToken: covered,
          oidcSub: covered,
          cardKey: { boundKey: covered, type: 'year' },
        },
        rawText: covered,
      },
    ],
  });
  expect(redact({ users: [{ tvbox_token: null, oidc_sub: '' }] })).toEqual({
    users: [{ tvbox_token: null, oidc_sub: '' }],
  });
});
