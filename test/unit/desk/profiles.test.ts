import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectionDraft, type ConnectionDraft } from '../../../electron/contract/connections.js';
import type { SecretBox } from '../../../electron/operations/desk/desk.js';
import { passphraseBox, sessionBox } from '../../../electron/operations/desk/passphrase-box.js';
import { Profiles } from '../../../electron/operations/desk/profiles.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moondesk-profiles-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (): string => join(folder, 'connections.json');
const keychain: SecretBox = {
  kind: 'keychain',
  seal: (secret) => Buffer.from(secret, 'utf8').toString('hex'),
  open: (sealed) => Buffer.from(sealed, 'hex').toString('utf8'),
};

function draft(more: Partial<ConnectionDraft> = {}): ConnectionDraft {
  const base = {
    name: '主站',
    environment: 'production',
    mysql: { host: 'db.example', user: 'moon', database: 'moontv' },
    redis: { host: 'cache.example' },
  };
  return { ...connectionDraft.parse(base), ...more };
}

describe('saved connections', () => {
  test('come back in another run, with their secrets', async () => {
    const { id } = await new Profiles(folder, keychain).save(
      undefined,
      draft({ mysqlPassword: 'm-secret', redisPassword: 'r-secret' }),
      undefined,
    );
    const again = new Profiles(folder, keychain);
    expect(await again.list()).toMatchObject([
      { id, name: '主站', origin: 'saved', secrets: 'keychain', colour: '#e03131' },
    ]);
    expect(await again.secrets(id)).toEqual({ mysqlPassword: 'm-secret', redisPassword: 'r-secret' });
  });

  test('are readable by their owner alone, and hold no secret in the clear', async () => {
    await new Profiles(folder, passphraseBox('a good passphrase')).save(
      undefined,
      draft({ mysqlPassword: 'm-secret' }),
      undefined,
    );
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await readFile(file(), 'utf8')).not.toContain('m-secret');
  });

  test('keep the stored secret when it is not given again, and drop it when it is given empty', async () => {
    const profiles = new Profiles(folder, keychain);
    const { id } = await profiles.save(
      undefined,
      draft({ mysqlPassword: 'm-secret', redisPassword: 'r-secret' }),
      undefined,
    );
    await profiles.save(id, draft({ name: '改名', redisPassword: '' }), undefined);
    expect(await new Profiles(folder, keychain).secrets(id)).toEqual({ mysqlPassword: 'm-secret' });
  });

  test.each<[string, (base: ConnectionDraft) => ConnectionDraft]>([
    ['another host', (base) => ({ ...base, mysql: { ...base.mysql, host: 'evil.example' } })],
    ['another port', (base) => ({ ...base, mysql: { ...base.mysql, port: 3307 } })],
    ['no encryption', (base) => ({ ...base, mysql: { ...base.mysql, tls: { enabled: false, verify: true } } })],
    [
      'an unchecked certificate',
      (base) => ({ ...base, mysql: { ...base.mysql, tls: { enabled: true, verify: false } } }),
    ],
    [
      'another authority',
      (base) => ({ ...base, mysql: { ...base.mysql, tls: { enabled: true, verify: true, ca: 'mine' } } }),
    ],
  ])('do not send a stored secret to %s', async (_what, change) => {
    const profiles = new Profiles(folder, keychain);
    const safe = draft();
    const base = { ...safe, mysql: { ...safe.mysql, tls: { enabled: true, verify: true } } };
    const { id } = await profiles.save(undefined, { ...base, mysqlPassword: 'm-secret' }, undefined);
    await expect(profiles.save(id, change(base), undefined)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(profiles.kept(id, change(base))).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(profiles.kept(id, base)).resolves.toEqual({ mysqlPassword: 'm-secret' });
  });

  const ssh = {
    host: 'gate.example',
    port: 22,
    user: 'moon',
    hostKey: `SHA256:${'k'.repeat(43)}`,
    login: 'key' as const,
    keyFile: '~/.ssh/id_ed25519',
  };

  test.each<[string, Partial<ConnectionDraft>, readonly string[]]>([
    ['another SSH server', { ssh: { ...ssh, host: 'evil.example' } }, ['sshPassword', 'mysqlPassword']],
    ['another host key', { ssh: { ...ssh, hostKey: `SHA256:${'e'.repeat(43)}` } }, ['sshPassword', 'mysqlPassword']],
    ['no SSH at all', { ssh: undefined }, ['mysqlPassword']],
    ['another way to sign in', { ssh: { ...ssh, login: 'password' } }, ['sshPassword']],
    ['an agent', { ssh: { ...ssh, login: 'agent' } }, []],
    ['another key file', { ssh: { ...ssh, keyFile: '/tmp/key' } }, ['sshPassword']],
    ['another user', { ssh: { ...ssh, user: 'sun' } }, []],
  ])(
    'with %s, the stored passwords are asked for again where they would go elsewhere',
    async (_what, change, asked) => {
      const profiles = new Profiles(folder, keychain);
      const base = { ...draft(), ssh };
      for (const name of ['sshPassword', 'mysqlPassword'] as const) {
        const named = { ...base, name };
        const { id } = await profiles.save(undefined, { ...named, [name]: 'a secret' }, undefined);
        const kept = profiles.kept(id, { ...named, ...change });
        if (asked.includes(name)) await expect(kept).rejects.toMatchObject({ code: 'invalid_input' });
        else await expect(kept).resolves.toEqual({ [name]: 'a secret' });
      }
      expect(JSON.stringify(await profiles.list())).not.toContain('a secret');
    },
  );

  test.each<[string, Partial<ConnectionDraft['mysql']>]>([
    ['whoever asks for it', { allowPlainPassword: true }],
    ['the holder of another key', { serverPublicKey: 'mine' }],
    ['an unchecked certificate', { tls: { enabled: true, verify: false } }],
    ['an authority of somebody’s own', { tls: { enabled: true, verify: true, ca: 'mine' } }],
  ])('do not give a secret that was kept back without TLS to %s', async (_what, change) => {
    const profiles = new Profiles(folder, keychain);
    const base = draft();
    const { id } = await profiles.save(undefined, { ...base, mysqlPassword: 'm-secret' }, undefined);
    const changed = { ...base, mysql: { ...base.mysql, ...change } };
    await expect(profiles.save(id, changed, undefined)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(profiles.kept(id, changed)).rejects.toMatchObject({ code: 'invalid_input' });
    // It may go to a server that proves its identity.
    const safer = { ...base, mysql: { ...base.mysql, tls: { enabled: true, verify: true } } };
    await expect(profiles.kept(id, safer)).resolves.toEqual({ mysqlPassword: 'm-secret' });
    await expect(profiles.save(id, { ...changed, mysqlPassword: 'again' }, undefined)).resolves.toMatchObject({ id });
  });

  test('without anything safe at hand: used until the console closes, then asked for again', async () => {
    const profiles = new Profiles(folder, sessionBox);
    const { id, secrets } = await profiles.save(undefined, draft({ mysqlPassword: 'm-secret' }), undefined);
    expect(secrets).toBe('session');
    expect(await profiles.secrets(id)).toEqual({ mysqlPassword: 'm-secret' });
    expect(await readFile(file(), 'utf8')).not.toContain('m-secret');
    await expect(new Profiles(folder, sessionBox).secrets(id)).rejects.toMatchObject({
      code: 'invalid_input',
      details: { needs: 'password' },
    });
  });

  test('under a passphrase of their own: open with it, refuse another, and say that one is needed', async () => {
    const { id } = await new Profiles(folder, sessionBox).save(
      undefined,
      draft({ mysqlPassword: 'm-secret' }),
      'a good passphrase',
    );
    const fresh = (): Profiles => new Profiles(folder, sessionBox);
    await expect(fresh().secrets(id)).rejects.toMatchObject({
      code: 'invalid_input',
      details: { needs: 'passphrase' },
    });
    await expect(fresh().secrets(id, 'not this one')).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await fresh().secrets(id, 'a good passphrase')).toEqual({ mysqlPassword: 'm-secret' });
  });

  test('in a keychain that is not here: unavailable, with what to do', async () => {
    const { id } = await new Profiles(folder, keychain).save(
      undefined,
      draft({ mysqlPassword: 'm-secret' }),
      undefined,
    );
    await expect(new Profiles(folder, sessionBox).secrets(id)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('refuse a name that is taken, and an id that is not there', async () => {
    const profiles = new Profiles(folder, keychain);
    await profiles.save(undefined, draft(), undefined);
    await expect(profiles.save(undefined, draft(), undefined)).rejects.toMatchObject({ code: 'conflict' });
    await expect(profiles.save('nobody', draft({ name: 'x' }), undefined)).rejects.toMatchObject({ code: 'not_found' });
    expect(await profiles.remove('nobody')).toBe(false);
  });

  test('are all there after many are saved at once', async () => {
    const profiles = new Profiles(folder, keychain);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        profiles.save(undefined, draft({ name: `站 ${String(index)}` }), undefined),
      ),
    );
    expect(await new Profiles(folder, keychain).list()).toHaveLength(20);
    expect(await readdir(folder)).toEqual(['connections.json']);
  });
});

describe('a damaged file', () => {
  test.each([
    ['cut in the middle', '{"version":1,"connections":[{"id":"a"'],
    ['of another shape', '[1,2,3]'],
  ])('%s is kept aside and told, once', async (_what, text) => {
    await writeFile(file(), text);
    const profiles = new Profiles(folder, keychain);
    expect(await profiles.list()).toEqual([]);
    expect(await profiles.list()).toEqual([]);
    const kept = (await readdir(folder)).filter((name) => name.includes('damaged'));
    expect(kept).toHaveLength(1);
    expect(await readFile(join(folder, kept[0] ?? ''), 'utf8')).toBe(text);
    expect(profiles.notice?.en).toContain(kept[0]);
  });

  test('keeps the connections that can be read', async () => {
    const { id } = await new Profiles(folder, keychain).save(undefined, draft(), undefined);
    const whole = JSON.parse(await readFile(file(), 'utf8')) as { connections: unknown[] };
    await writeFile(file(), JSON.stringify({ ...whole, connections: [...whole.connections, { id: 'broken' }] }));
    const profiles = new Profiles(folder, keychain);
    expect((await profiles.list()).map((one) => one.id)).toEqual([id]);
    expect(profiles.notice).not.toBeNull();
  });

  test('of a newer console is left alone', async () => {
    const text = '{"version":2,"connections":[]}';
    await writeFile(file(), text);
    await expect(new Profiles(folder, keychain).save(undefined, draft(), undefined)).rejects.toMatchObject({
      code: 'unsupported',
    });
    expect(await readFile(file(), 'utf8')).toBe(text);
  });
});
