import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasOpenssh } from '../../build/setup/openssh.mjs';
import { type KeyPair, makeKey, type SshServer, startSshd } from '../sandbox/sshd.js';
import { Keys, textsOf } from './every-page/keys.js';
import { openedWindow } from './support/opened.js';
import { signIn } from './support/window.js';

describe.skipIf(!hasOpenssh())('a connection through SSH', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moondesk-ssh-window-'));
  let key: KeyPair;
  let server: SshServer;
  beforeAll(async () => {
    key = await makeKey(folder, 'key', 'open sesame');
    server = await startSshd([key]);
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { site, console } = openedWindow({ users: 300 });

  it('is made by keyboard: its host key is shown, taken over, and lets it open', async () => {
    const { page } = console;
    const by = new Keys(page, await textsOf('zh-CN'));
    const { env } = site;
    const redis = new URL(env['REDIS_URL'] ?? '');
    const fill = (field: string, text = ''): Promise<void> => by.fill(by.say(`connect:${field}`), text);
    const press = async (button: string): Promise<void> => {
      await by.to(by.say(`connect:${button}`));
      await by.press('Enter');
    };
    await page.evaluate(() => {
      location.hash = '/connect';
    });
    await page.locator('.md-connect-title').waitFor();
    await press('add');
    await page.locator('.md-form').waitFor();
    await fill('name', '经 SSH');
    await by.to(by.say('connect:throughSsh'));
    await by.press('Space');
    await fill('sshHost', server.endpoint.host);
    await fill('sshPort', String(server.endpoint.port));
    await fill('sshUser', server.endpoint.user);
    await fill('keyFile', key.file);
    await fill('keyPassphrase', 'open sesame');
    // The host key's label begins with the host's.
    await by.to(by.say('connect:hostKey'));
    await fill('host', env['MYSQL_HOST']);
    await fill('port', env['MYSQL_PORT']);
    await fill('database', env['MYSQL_DATABASE']);
    await fill('user', env['MYSQL_USER']);
    await fill('password', env['MYSQL_PASSWORD']);
    await fill('host', redis.hostname);
    await fill('port', redis.port);
    await fill('prefix', env['MOONDESK_REDIS_PREFIX']);
    await press('test');
    const results = page.getByRole('status', { name: by.say('connect:diagnosis') });
    await results.getByText(server.endpoint.hostKey).waitFor();
    await press('pinKey');
    expect(await page.getByLabel(by.say('connect:hostKey')).inputValue()).toBe(server.endpoint.hostKey);
    await press('test');
    await results.getByText(`SSH 隧道 · ${by.say('connect:fine')}`).waitFor();
    expect(await results.locator('[data-tone="good"]').count()).toBe(3);
    await press('save');
    await page.locator('.md-connect-title').getByText('经 SSH').waitFor();
    await page.getByText(`${server.endpoint.user}@${server.endpoint.host}:${server.endpoint.port}`).waitFor();
    expect(readFileSync(join(console.data, 'connections.json'), 'utf8')).not.toContain('open sesame');
    await press('open');
    await page.getByRole('textbox', { name: '用户名' }).waitFor();
    await server.cutConnections();
    await signIn(page);
  });
});
