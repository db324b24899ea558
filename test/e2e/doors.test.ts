import { createServer, type AddressInfo } from 'node:net';
import { createConnection } from 'mysql2/promise';
import { falseMysql } from '../storage/false-mysql.js';
import { afterEach, describe, expect, it } from 'vitest';
import { demoOwner } from '../../build/lib/demo-owner.mjs';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { realFolder } from '../migrations/support.js';
import { engines } from '../sandbox/database.js';
import { emptySite, type E2eSite, siteOf } from './support/site.js';
import { auditOf, somebody, stateOf } from './support/state.js';
import {
  allInEffect,
  choose,
  chooseReason,
  closeDialog,
  type ConsoleWindow,
  dialog,
  drawerOf,
  find,
  openUsers,
  openWindow,
  rowOf,
  signIn,
  trySignIn,
} from './support/window.js';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

function keep<T extends { close(): Promise<void> }>(one: T): T {
  closing.push(one);
  return one;
}

const small = async (
  environment: 'production' | 'development' = 'development',
): Promise<{ site: E2eSite; page: ConsoleWindow['page'] }> => {
  const site = keep(await siteOf('mariadb', { users: 300, environment }));
  const { page } = keep(await openWindow(site.env));
  return { site, page };
};

describe('the doors', () => {
  it('say why a sign-in is refused, keep the name, and let the right one in', async () => {
    const { site, page } = await small();
    await trySignIn(page, { username: demoOwner.username, password: 'not-this-one' });
    const alert = page.getByRole('alert');
    await alert.getByText('用户名或密码不对').waitFor();
    expect(await alert.textContent()).toContain('forbidden');
    expect(await page.getByRole('textbox', { name: '用户名' }).inputValue()).toBe(demoOwner.username);
    expect(await page.getByLabel('密码', { exact: true }).inputValue()).toBe('');

    await trySignIn(page, { username: 'nobody-at-all', password: 'not-this-one' });
    // The answer does not reveal whether a username exists.
    await alert.getByText('用户名或密码不对').waitFor();

    const name = await somebody(site);
    await trySignIn(page, { username: name, password: `moondesk-${name}` });
    await alert.getByText('这个账号不是站长或管理员').waitFor();

    await site.rows("UPDATE users SET banned = 1 WHERE username = 'admin_lin'");
    await trySignIn(page, { username: 'admin_lin', password: demoOwner.password });
    await alert.getByText('这个账号已被封禁').waitFor();
    expect(await page.getByRole('navigation', { name: '页面' }).count()).toBe(0);

    await signIn(page);
    const refused = await site.rows<{ n: string }>(
      "SELECT COUNT(*) AS n FROM console_audit WHERE operation = 'session.signIn' AND outcome = 'refused'",
    );
    expect(Number(refused[0]?.n)).toBe(4);
  });

  it.each(engines())(
    'make the first owner on an empty database, and open a console that works (%s)',
    async (engine) => {
      const site = keep(await emptySite(engine));
      const { page } = keep(await openWindow(site.env));
      await page.getByRole('heading', { name: '创建站长账号' }).waitFor();
      await page.getByRole('textbox', { name: '用户名' }).fill('first_owner');
      await page.getByLabel('密码', { exact: true }).fill('long-enough-1');
      await page.getByLabel('再次输入密码', { exact: true }).fill('something-else');
      await page.getByText('两次输入的密码不一致').waitFor();
      const create = page.getByRole('button', { name: '创建站长并进入' });
      expect(await create.isDisabled()).toBe(true);
      await page.getByLabel('再次输入密码', { exact: true }).fill('long-enough-1');
      await create.click();
      await page.getByRole('navigation', { name: '页面' }).waitFor({ timeout: 30_000 });
      await openUsers(page);
      await rowOf(page, 'first_owner').getByText('站长').waitFor();
      expect(await site.rows('SELECT username, role, banned FROM users')).toEqual([
        { username: 'first_owner', role: 'owner', banned: 0 },
      ]);

      // Signs out, and in again with the typed password.
      await page.getByRole('button', { name: '操作员 first_owner' }).click();
      await page.getByRole('menuitem', { name: '退出登录' }).click();
      await signIn(page, { username: 'first_owner', password: 'long-enough-1' });
    },
  );

  it.each(engines())(
    'make the first owner of a locked site with users only by its name, and as the preview showed it (%s)',
    async (engine) => {
      const site = keep(await emptySite(engine, { environment: 'production' }));
      const { config } = site.database;
      await createRunner({ connection: () => createConnection(config), folder: realFolder }).apply({
        only: ['0001_site_schema.sql'],
      });
      await site.rows("INSERT INTO users (username, password_hash, role) VALUES ('lin', 'x', 'user')");
      const { page } = keep(await openWindow(site.env));
      await page.getByRole('heading', { name: '创建站长账号' }).waitFor();
      await page.getByRole('textbox', { name: '用户名' }).fill('first_owner');
      await page.getByLabel('密码', { exact: true }).fill('long-enough-1');
      await page.getByLabel('再次输入密码', { exact: true }).fill('long-enough-1');
      const next = page.getByRole('button', { name: '下一步：预览' });
      expect(await next.isDisabled()).toBe(true);
      await page.getByRole('textbox', { name: '连接名称' }).fill(`${config.database}@${config.host}`);
      await next.click();
      await page.getByRole('heading', { name: '确认创建站长' }).waitFor();
      await page.getByText('0002_console_tables.sql').waitFor();
      expect(await site.rows("SHOW TABLES LIKE 'console_audit'")).toEqual([]);
      const focused = page.locator('.md-takes-focus:focus');
      await focused.filter({ hasText: '0002_console_tables.sql' }).waitFor();
      await page.getByRole('button', { name: '返回修改' }).click();
      await expect
        .poll(() => page.getByRole('textbox', { name: '用户名' }).evaluate((it) => it === document.activeElement))
        .toBe(true);
      expect(await page.getByRole('textbox', { name: '用户名' }).inputValue(), 'what was typed is kept').toBe(
        'first_owner',
      );
      await next.click();
      await page.getByText('0002_console_tables.sql').waitFor();
      await createRunner({ connection: () => createConnection(config), folder: realFolder }).apply({
        only: ['0002_console_tables.sql'],
      });
      const create = page.getByRole('button', { name: '创建站长并进入' });
      await create.click();
      await page.getByText('预览之后数据库已有变化').waitFor();
      await page.getByText('0002_console_tables.sql').waitFor({ state: 'detached' });
      await focused.filter({ hasText: '预览之后数据库已有变化' }).waitFor();
      await create.click();
      await page.getByRole('navigation', { name: '页面' }).waitFor({ timeout: 30_000 });
      await page.getByRole('button', { name: '只读' }).waitFor();
      expect(await site.rows('SELECT username, role FROM users ORDER BY id')).toEqual([
        { username: 'lin', role: 'user' },
        { username: 'first_owner', role: 'owner' },
      ]);
    },
  );

  it('lead to the sign-in where an owner was made elsewhere meanwhile', async () => {
    const site = keep(await emptySite('mariadb'));
    const { config } = site.database;
    await createRunner({ connection: () => createConnection(config), folder: realFolder }).apply();
    const { page } = keep(await openWindow(site.env));
    await page.getByRole('textbox', { name: '用户名' }).fill('first_owner');
    await page.getByLabel('密码', { exact: true }).fill('long-enough-1');
    await page.getByLabel('再次输入密码', { exact: true }).fill('long-enough-1');
    await page.getByRole('button', { name: '下一步：预览' }).click();
    await page.getByRole('heading', { name: '确认创建站长' }).waitFor();
    await site.rows(
      "INSERT INTO users (username, password_hash, role) VALUES ('other', SHA2('theirs-12', 256), 'owner')",
    );
    await page.getByRole('button', { name: '创建站长并进入' }).click();
    await signIn(page, { username: 'other', password: 'theirs-12' });
    expect(await site.rows('SELECT username FROM users')).toEqual([{ username: 'other' }]);
  });

  it('keep whoever sets their own password in the window, which shows it', async () => {
    const { site, page } = await small();
    await signIn(page);
    await openUsers(page);
    await find(page, demoOwner.username);
    await rowOf(page, demoOwner.username).locator('[data-username]').click();
    await drawerOf(page, demoOwner.username).getByRole('button', { name: '更多操作' }).click();
    await page.getByRole('menuitem', { name: '重置密码…' }).click();
    const made = await dialog(page).getByRole('textbox', { name: '新密码' }).inputValue();
    await dialog(page).getByRole('button', { name: '重置 1 个密码' }).click();
    await dialog(page).getByText(allInEffect).waitFor();
    await dialog(page).getByText(made).waitFor();
    await closeDialog(page);
    // The following calls use the same sign-in.
    await page.getByRole('link', { name: '操作记录' }).click();
    await page.getByRole('grid', { name: '操作记录' }).getByText('重置密码').first().waitFor();
    expect(await site.rows('SELECT id FROM users WHERE password_hash = SHA2(?, 256)', [made])).toHaveLength(1);
  });

  it('say why a sign-in has ended, at the next thing that is asked', async () => {
    const { site, page } = await small();
    await signIn(page);
    // Changes the address instead of clicking: the window also asks by itself, and a redirect may have removed the link
    // by then.
    const ask = () =>
      page.evaluate(() => {
        location.hash = '/users';
      });
    await site.rows('UPDATE users SET password_hash = SHA2(?, 256) WHERE username = ?', [
      'a-new-password',
      demoOwner.username,
    ]);
    await ask();
    await page.getByRole('status').getByText('密码已被重置，请用新密码登录。').waitFor();
    expect(await page.getByRole('navigation', { name: '页面' }).count()).toBe(0);
    await signIn(page, { username: demoOwner.username, password: 'a-new-password' });
    expect(await page.getByRole('status').getByText('密码已被重置').count()).toBe(0);
    await site.rows("UPDATE users SET role = 'user' WHERE username = ?", [demoOwner.username]);
    await ask();
    await page.getByRole('status').getByText('账号已不再是管理员，登录已结束。请联系站长。').waitFor();
  });

  it('leave a database of another application alone', async () => {
    const site = keep(await emptySite('mariadb'));
    await site.rows('CREATE TABLE wp_posts (id INT PRIMARY KEY, post_title TEXT)');
    const { page } = keep(await openWindow(site.env));
    await page.getByRole('heading', { name: '这不是站点的数据库' }).waitFor();
    expect(await page.locator('.md-door').textContent()).toContain(site.database.config.database);
    expect(await site.rows('SHOW TABLES')).toHaveLength(1);
    await page
      .getByRole('link', { name: '查看连接' })
      .or(page.getByRole('button', { name: '查看连接' }))
      .click();
    await page.getByRole('heading', { name: '连接', exact: true }).waitFor();
  });

  it('tell what is wrong with a connection before it is saved', async () => {
    const { page } = keep(await openWindow());
    await page.getByRole('button', { name: '新建连接' }).first().click();
    const port = await closedPort();
    await page.getByLabel('名称', { exact: true }).fill('打不通的站点');
    for (const [at, host] of ['127.0.0.1', '127.0.0.1'].entries()) {
      await page.getByLabel('主机', { exact: true }).nth(at).fill(host);
      await page.getByLabel('端口', { exact: true }).nth(at).fill(String(port));
    }
    await page.getByLabel('数据库', { exact: true }).fill('moontv');
    await page.getByLabel('用户名', { exact: true }).fill('root');
    await page.getByRole('button', { name: '测试连接' }).click();
    const diagnosis = page.getByRole('status', { name: '诊断结果' });
    await diagnosis.getByText('MySQL · 无法连到主机').waitFor();
    await diagnosis.getByText('Redis · 无法连到主机').waitFor();
    expect(await diagnosis.textContent()).toContain(`127.0.0.1:${port}`);
    expect(await diagnosis.textContent()).toContain('检查端口');
    expect(await page.getByLabel('名称', { exact: true }).inputValue(), 'what was typed is kept').toBe('打不通的站点');
  });

  it('keep the password back from a MySQL that asks for it without TLS, until somebody allows it', async () => {
    const server = await falseMysql('caching_sha2_password');
    const { page } = keep(await openWindow());
    await page.getByRole('button', { name: '新建连接' }).first().click();
    await page.getByLabel('名称', { exact: true }).fill('冒充的站点');
    // By its text, this address is not this machine, but it leads to it.
    await page.getByLabel('主机', { exact: true }).first().fill('0.0.0.0');
    await page.getByLabel('端口', { exact: true }).first().fill(String(server.port));
    await page.getByLabel('数据库', { exact: true }).fill('moontv');
    await page.getByLabel('用户名', { exact: true }).fill('root');
    await page.getByLabel('密码', { exact: true }).first().fill('secret');
    await page.getByRole('button', { name: '测试连接' }).click();
    const diagnosis = page.getByRole('status', { name: '诊断结果' });
    await diagnosis.getByText('MySQL · 未交出密码').waitFor();
    expect(server.passwords).toEqual([]);
    await page.getByLabel('允许在未加密的连接上交出密码').check();
    await page.getByText('网络中冒充的服务器会得到密码。').waitFor();
    await page.getByRole('button', { name: '测试连接' }).click();
    await expect.poll(() => server.passwords, { timeout: 15_000 }).toEqual(['secret']);
    await page.getByLabel('MySQL TLS 加密').check();
    await page.getByLabel('服务器公钥（PEM，可选）').waitFor({ state: 'detached' });
    await server.close();
  });

  it('keep production locked until its name is typed', async () => {
    const { site, page } = await small('production');
    await signIn(page);
    const name = await somebody(site);
    await openUsers(page);
    await find(page, name);
    await rowOf(page, name).locator('[data-username]').click();
    await drawerOf(page, name).getByRole('button', { name: '封禁…' }).click();
    await choose(page, '原因', '滥用');
    await dialog(page).getByRole('textbox', { name: '备注' }).fill('锁定时填写');
    await dialog(page).getByRole('button', { name: '封禁 1 个用户' }).click();
    await dialog(page).getByText('当前连接是只读状态，没有变更任何内容；填写的内容都保留着。').waitFor();
    expect((await stateOf(site, name)).user).toMatchObject({ banned: 0 });
    expect(await dialog(page).getByRole('textbox', { name: '备注' }).inputValue()).toBe('锁定时填写');
    await dialog(page).getByRole('button', { name: '取消' }).click();
    await dialog(page).waitFor({ state: 'detached' });

    const connection = `${site.database.config.database}@${site.database.config.host}`;
    await page.getByRole('button', { name: '只读' }).click();
    const field = page.getByRole('textbox', { name: '连接名称' });
    await field.fill('another');
    expect(await page.getByRole('button', { name: '解锁 30 分钟' }).isDisabled()).toBe(true);
    await field.fill(connection);
    await page.getByRole('button', { name: '解锁 30 分钟' }).click();
    await page.getByRole('button', { name: /^可写入至 \d\d:\d\d$/ }).waitFor();

    await drawerOf(page, name).getByRole('button', { name: '封禁…' }).click();
    await chooseReason(page);
    await dialog(page).getByRole('button', { name: '封禁 1 个用户' }).click();
    await dialog(page).getByText(allInEffect).waitFor();
    await closeDialog(page);
    expect((await stateOf(site, name)).user).toMatchObject({ banned: 1 });
    expect((await auditOf(site, name)).map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['users.ban', 'done'],
    ]);

    await page.getByRole('button', { name: /^可写入至/ }).click();
    await page.getByRole('button', { name: '只读' }).waitFor();
  });
});

/** A port of this machine on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
