import type { Locator, Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { openedWindow } from './support/opened.js';
import { somebody } from './support/state.js';
import { allInEffect, chooseReason, dialog, drawerOf, grid, openUsers, rowOf, signIn } from './support/window.js';

const field = (page: Page): Locator => page.getByRole('combobox', { name: /搜索或执行命令|Search or run/ });
const options = (page: Page): Locator => page.getByRole('option');

/** Opens the palette, by the keyboard, and types. */
async function ask(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await field(page).and(page.locator(':focus')).waitFor();
  await page.keyboard.insertText(text);
}

async function first(page: Page): Promise<string> {
  await options(page).first().waitFor();
  return (await options(page).first().textContent()) ?? '';
}

/** Asks, and takes the first that is found, which must be of this name. */
async function run(page: Page, text: string, name: string): Promise<void> {
  await ask(page, text);
  await expect.poll(() => first(page)).toContain(name);
  await page.keyboard.press('Enter');
  await field(page).waitFor({ state: 'detached' });
}

async function close(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
}

describe('the palette', () => {
  const { site, console } = openedWindow({ users: 300 });

  it.each([
    ['fk', '发卡'],
    ['faka', '发卡'],
    ['drkm', '导入卡密'],
    ['bangding', '绑定卡密'],
    ['ztyh', '粘贴用户名单'],
    ['issue', '发卡'],
  ])('opens by %s from the overview what is done on another page: %s', async (typed, name) => {
    const { page } = console;
    await run(page, typed, name);
    await dialog(page).waitFor();
    expect(await dialog(page).locator('.md-change-title').textContent()).toMatch(
      name === '粘贴用户名单' ? '粘贴' : name,
    );
    await close(page);
  });

  it('finds Chinese and English names and pinyin in English as well', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Switch to English' }).click();
    for (const typed of ['issue card', 'fk', '发卡']) {
      await ask(page, typed);
      await expect.poll(() => first(page)).toContain('Issue card keys');
      await close(page);
    }
    // As long as a key might be.
    await ask(page, 'Switch connection');
    await expect.poll(() => first(page)).toContain('Switch connection');
    await close(page);
    await run(page, 'qhwzw', '切换为中文');
    await page.getByRole('heading', { name: '总览' }).waitFor();
  });

  it('leads to a user whose name looks like a card key, also before the users are found', async () => {
    const { page } = console;
    await site.rows("INSERT IGNORE INTO users (username, password_hash, role) VALUES ('Zhaolooks0404', 'x', 'user')");
    await ask(page, 'zhaolooks0404');
    await expect.poll(() => first(page)).toBe('Zhaolooks0404');
    await page.keyboard.press('Enter');
    await drawerOf(page, 'Zhaolooks0404').waitFor();
    await page.keyboard.press('Escape');
    await ask(page, 'zhaolooks0404');
    await page.keyboard.press('Enter');
    await drawerOf(page, 'Zhaolooks0404').waitFor();
  });

  it('opens nobody but whom the typed text means, however soon Enter comes after another text', async () => {
    const { page } = console;
    await site.rows(
      `INSERT IGNORE INTO users (username, password_hash, role)
       VALUES ('one_of_them', 'x', 'user'), ('another_of_them', 'x', 'user')`,
    );
    for (const [earlier, name] of [
      ['one_of', 'another_of_them'],
      ['another_of', 'one_of_them'],
    ] as const) {
      await ask(page, earlier);
      await options(page).getByText(`${earlier}_them`).waitFor();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(name);
      await page.keyboard.press('Enter');
      await drawerOf(page, name).waitFor();
      expect(new URL(page.url()).hash).toBe(`#/users?user=${name}`);
      await page.keyboard.press('Escape');
      await drawerOf(page, name).waitFor({ state: 'detached' });
    }
  });

  it('does to the open user what was chosen, and gives the focus back', async () => {
    const { page } = console;
    const name = await somebody(site);
    await openUsers(page);
    await page.getByRole('textbox', { name: '搜索用户名' }).fill(name);
    await rowOf(page, name).waitFor();
    await grid(page).focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await drawerOf(page, name).waitFor();
    await ask(page, 'fengjin');
    await expect.poll(() => first(page)).toBe(`封禁用户${name}b`);
    await page.keyboard.press('Enter');
    await chooseReason(page);
    await dialog(page).locator('.md-change-bar [type="submit"]:enabled').waitFor();
    await page.keyboard.press('Control+Enter');
    await dialog(page).getByText(allInEffect).waitFor();
    const [banned] = await site.rows<{ banned: number }>('SELECT banned FROM users WHERE username = ?', [name]);
    expect(Number(banned?.banned)).toBe(1);
    await close(page);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');

    await run(page, 'cxzj', '撤销最近一次变更');
    await dialog(page)
      .getByRole('button', { name: /撤销 1 个变更/ })
      .click();
    await dialog(page).getByText(allInEffect).waitFor();
    const [lifted] = await site.rows<{ banned: number }>('SELECT banned FROM users WHERE username = ?', [name]);
    expect(Number(lifted?.banned)).toBe(0);
  });

  it('does it to the chosen rows, or to the one under the cursor', async () => {
    const { page } = console;
    await openUsers(page);
    await grid(page).focus();
    await page.keyboard.press('j');
    const under = await grid(page).locator('[data-active] [data-username]').textContent();
    await ask(page, 'xgbq');
    await expect.poll(() => first(page)).toBe(`修改标签${under ?? ''}`);
    await close(page);
    for (const key of ['x', 'j', 'x']) await page.keyboard.press(key);
    await ask(page, 'xgbq');
    await expect.poll(() => first(page)).toBe('修改标签已选 2 项');
    await close(page);
    await run(page, 'qxxz', '取消选择');
    await page.getByRole('toolbar', { name: '已选择的行' }).waitFor({ state: 'detached' });
  });

  it('leads to where something has to be chosen first, and says so before and after', async () => {
    const { page } = console;
    await ask(page, 'fjyh');
    await expect.poll(() => first(page)).toContain('先选择用户，或打开一个');
    await page.keyboard.press('Enter');
    await grid(page).locator('[data-username]').first().waitFor();
    await page.locator('.md-toast').filter({ hasText: '封禁用户：先选择用户' }).waitFor();
    expect(await dialog(page).count()).toBe(0);
  });

  it('says where there is nothing to call off', async () => {
    const { page } = console;
    await run(page, '取消迁回', '取消迁回用户条目');
    await expect.poll(() => page.locator('.md-toast').filter({ hasText: '没有正在进行的迁回' }).count()).toBe(1);
  });

  it('opens every page, tab and section', async () => {
    const { page } = console;
    for (const [typed, address] of [
      ['pici', '/cards/batches'],
      ['gaikuang', '/cards/overview'],
      ['czjl', '/audit'],
      ['sjk', '/settings?section=database'],
      ['zdpz', '/settings?section=config'],
      ['zonglan', '/overview'],
    ] as const) {
      await ask(page, typed);
      await options(page).first().waitFor();
      await page.keyboard.press('Enter');
      await expect.poll(() => new URL(page.url()).hash).toBe(`#${address}`);
    }
  });

  it('runs what the list offers, and leaves the focus to it', async () => {
    const { page } = console;
    await openUsers(page);
    await run(page, 'tjsx', '添加筛选');
    await page.locator('.md-filter-list').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.md-filter-list').waitFor({ state: 'detached' });
    await run(page, 'ssdq', '搜索当前页');
    const search = page.getByRole('textbox', { name: '搜索用户名' });
    await expect.poll(() => search.evaluate((one) => one === document.activeElement)).toBe(true);
  });

  it('shows in the list of keys which of them do something here', async () => {
    const { page } = console;
    const line = (name: string) => dialog(page).locator('.md-shortcut').filter({ hasText: name });
    await page.keyboard.press('?');
    await line('封禁用户').and(page.locator('[data-off]')).waitFor();
    expect(await line('搜索或执行命令').getAttribute('data-off')).toBeNull();
    await close(page);
    await openUsers(page);
    await page.keyboard.press('?');
    await line('封禁用户').and(page.locator(':not([data-off])')).waitFor();
    expect(await dialog(page).locator('[data-off]').count()).toBe(0);
    await close(page);
  });
});

describe('the palette of a locked connection', () => {
  const { site, console } = openedWindow({ users: 100, environment: 'production' });

  it('says what can be previewed alone, what needs unlocking, and unlocks', async () => {
    const { page } = console;
    await ask(page, 'fjyh');
    await expect.poll(() => first(page)).toContain('只读，仅可预览');
    await close(page);
    await ask(page, 'czmm');
    await expect.poll(() => first(page)).toContain('只读，需先解锁写入');
    await close(page);
    await run(page, 'jsxr', '解锁写入');
    await dialog(page).getByRole('textbox', { name: '连接名称' }).waitFor();
    await close(page);
  });

  it('leaves out what only the owner may do', async () => {
    const { page } = console;
    await ask(page, 'bgjs');
    await expect.poll(() => first(page)).toContain('变更角色');
    await close(page);
    await site.rows("INSERT INTO users (username, password_hash, role) VALUES ('helper', SHA2('right', 256), 'admin')");
    await run(page, 'tcdl', '退出登录');
    await signIn(page, { username: 'helper', password: 'right' });
    await ask(page, 'czmm');
    await expect.poll(() => first(page)).toContain('重置密码');
    await close(page);
    await ask(page, 'bgjs');
    await page.getByText('没有找到').waitFor();
    await close(page);
    await ask(page, '迁移数据库结构');
    await page.getByText('没有找到').waitFor();
  });
});
