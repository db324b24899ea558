import { afterEach, describe, expect, it } from 'vitest';
import { type E2eSite, siteOf } from './support/site.js';
import { chooseReason, dialog, grid, openUsers, openWindow, signIn } from './support/window.js';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

function keep<T extends { close(): Promise<void> }>(one: T): T {
  closing.push(one);
  return one;
}

/** A site that no console has ever used, with one table missing. */
async function siteWithoutConsole(): Promise<E2eSite> {
  const site = keep(await siteOf('mariadb', { users: 300, environment: 'production' }));
  const tables = await site.rows<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'console\\_%'",
  );
  for (const { name } of tables) await site.rows(`DROP TABLE ${name}`);
  await site.rows('DROP TABLE content_stats');
  return site;
}

describe('a database without the console’s tables', () => {
  it('is led from a refusal to the settings, previewed, unlocked and migrated; then it can be changed', async () => {
    const site = await siteWithoutConsole();
    const window = keep(await openWindow(site.env));
    const { page } = window;
    const section = page.getByRole('region', { name: /^数据库/ });
    await site.rows("INSERT INTO users (username, password_hash, role) VALUES ('helper', SHA2('right', 256), 'admin')");
    await signIn(page, { username: 'helper', password: 'right' });
    await page.getByRole('main').getByRole('link', { name: '设置 › 数据库' }).first().click();
    await section.getByText('只有站长可以应用迁移与修复。').waitFor();
    expect(await section.getByRole('checkbox', { name: /列表索引/ }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: '操作员 helper' }).click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await signIn(page);
    await page.getByRole('link', { name: '总览' }).click();
    await page.getByText('这个数据库还没有控制台的数据表').waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.insertText('fjyh');
    await page.getByRole('option', { name: /封禁用户.*缺少数据表/ }).waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });

    await page.getByRole('main').getByRole('link', { name: '设置 › 数据库' }).first().click();
    await section.getByText('content_stats').waitFor();
    await section.getByRole('checkbox', { name: /列表索引/ }).check();
    await section.getByRole('button', { name: /^预览 \d 个文件…$/ }).click();
    await dialog(page)
      .getByRole('button', { name: /^应用 \d 个文件$/ })
      .waitFor();
    await dialog(page).getByRole('button', { name: '显示 SQL' }).nth(1).click();
    await page.keyboard.press('Control+Enter');
    await dialog(page).getByRole('button', { name: '解锁写入…' }).click();
    const name = (await page.title()).split(' · ')[1] ?? '';
    await page.getByRole('textbox', { name: '连接名称' }).fill(name);
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: '连接名称' }).waitFor({ state: 'detached' });
    await dialog(page)
      .getByRole('button', { name: /^应用 \d 个文件$/ })
      .click();
    await dialog(page)
      .getByText(/^已应用 \d 个文件。$/)
      .waitFor();
    await dialog(page).getByRole('button', { name: '关闭', exact: true }).last().click();
    await section.getByText('结构与设计一致').waitFor();
    expect(await site.rows("SHOW TABLES LIKE 'console_audit'")).toHaveLength(1);
    expect(await site.rows("SHOW INDEX FROM user_points WHERE Key_name = 'idx_balance_username'")).not.toHaveLength(0);
    await page.getByRole('link', { name: '操作记录' }).first().click();
    await page.getByRole('grid').getByText('迁移数据库结构').first().waitFor();
  });

  it('a write that is refused leads there too, and keeps nothing half-done', async () => {
    const site = await siteWithoutConsole();
    const before = await site.rows('SELECT username FROM users WHERE banned = 1');
    const window = keep(await openWindow({ ...site.env, MOONDESK_ENVIRONMENT: 'development' }));
    const { page } = window;
    await signIn(page);
    // Every list says so and links to the settings, before any change is tried.
    for (const list of ['操作记录', '批次', '卡密']) {
      await page.evaluate(
        (hash) => {
          location.hash = hash;
        },
        { 操作记录: '/audit', 批次: '/cards/batches', 卡密: '/cards' }[list] ?? '',
      );
      await page.getByRole('grid', { name: list, exact: true }).waitFor();
      await page.getByRole('main').getByRole('link', { name: '设置 › 数据库' }).waitFor();
    }
    await openUsers(page);
    await page.getByText('这个数据库还没有控制台的数据表').waitFor();
    await grid(page).locator('[data-username]').nth(2).click();
    await page.keyboard.press('b');
    await chooseReason(page);
    await dialog(page).getByText('unsupported').waitFor();
    await dialog(page).getByRole('link', { name: '设置 › 数据库' }).click();
    await page.getByRole('region', { name: /^数据库/ }).waitFor();
    await dialog(page).waitFor({ state: 'detached' });
    expect(await site.rows('SELECT username FROM users WHERE banned = 1')).toEqual(before);
  });
});

describe('what is chosen in the menu', () => {
  it('does something, or says why not, wherever one is', async () => {
    const site = keep(await siteOf('mariadb', { users: 100, environment: 'production' }));
    const window = keep(await openWindow(site.env));
    const { app, page } = window;
    const choose = (command: string) =>
      app.evaluate(
        ({ BrowserWindow }, chosen) =>
          BrowserWindow.getAllWindows()[0]?.webContents.send('moondesk:event', 'menu', { command: chosen }),
        command,
      );
    await page.getByRole('button', { name: '登录', exact: true }).waitFor();
    await choose('palette');
    await page.getByText('登录之后可用。').waitFor();
    await choose('lock');
    await page.getByText('当前已是只读。').waitFor();
    await choose('signOut');
    await page.getByText('当前没有登录。').waitFor();
    await choose('shortcuts');
    await dialog(page).getByText('快捷键').first().waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await choose('connections');
    await page.getByRole('heading', { name: '连接', exact: true }).waitFor();
    await page.evaluate(() => {
      location.hash = '/sign-in';
    });
    await signIn(page);
    await choose('connections');
    await page.getByRole('button', { name: '回到控制台' }).first().waitFor();
    await choose('palette');
    await page.getByRole('combobox', { name: '搜索或执行命令' }).waitFor();
    await page.keyboard.press('Escape');
    await choose('jobs');
    await page.getByRole('heading', { name: '总览' }).waitFor();
    await choose('theme');
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await choose('language');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await choose('signOut');
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});

describe('the entries of the site’s config', () => {
  it('are moved into rows and back, by keyboard, each time previewed and written down', async () => {
    const site = keep(await siteOf('mariadb', { users: 300 }));
    const text = async (): Promise<string> =>
      (await site.rows<{ text: string }>('SELECT CAST(config_value AS CHAR) AS text FROM admin_configs'))[0]?.text ??
      '';
    const before = await text();
    const window = keep(await openWindow(site.env));
    const { page } = window;
    await signIn(page);
    await page.getByRole('link', { name: '设置', exact: true }).click();
    const section = page.getByRole('region', { name: '站点配置' });
    await section.getByText('在配置文档中').waitFor();
    await section.getByRole('button', { name: '预览迁移到各行…' }).focus();
    await page.keyboard.press('Enter');
    await dialog(page)
      .getByRole('button', { name: /^迁移 \d+ 个条目$/ })
      .waitFor();
    await page.keyboard.press('Enter');
    await dialog(page)
      .getByText(/^\d+ 个条目已各存一行。$/)
      .waitFor();
    await page.keyboard.press('Enter');
    await section.getByText('每人一行').first().waitFor();
    expect(JSON.parse(await text())).toMatchObject({ UserConfig: { Users: [] } });

    await section.getByRole('button', { name: '预览迁回文档…' }).click();
    await dialog(page)
      .getByRole('button', { name: /^迁回 \d+ 个条目$/ })
      .click();
    await dialog(page).getByRole('link', { name: '查看记录' }).click();
    expect(await text()).toBe(before);
    await page.getByRole('grid').getByText('迁移用户配置条目').first().waitFor();
  });
});
