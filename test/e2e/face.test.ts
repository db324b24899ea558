import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type E2eSite, siteOf } from './support/site.js';
import { somebody } from './support/state.js';
import {
  type ConsoleWindow,
  dialog,
  drawerOf,
  find,
  grid,
  openUsers,
  openWindow,
  rowOf,
  searchBox,
  signIn,
} from './support/window.js';

describe('the face', () => {
  let site: E2eSite;
  let console: ConsoleWindow;

  beforeAll(async () => {
    site = await siteOf('mariadb', { users: 1_000 });
    console = await openWindow(site.env);
  });
  afterAll(async () => {
    await console?.close();
    await site?.close();
  });

  it('has no serious barrier on sign-in, users, drawer and preview, in either theme', async () => {
    const { page } = console;
    const name = await somebody(site);
    const { barriers, look } = looking(page);
    await page.getByRole('textbox', { name: '用户名' }).waitFor();
    await look('sign-in');
    await signIn(page);
    await page.getByText('结构与设计一致').waitFor();
    await look('overview');
    await openUsers(page);
    await look('users');
    for (const at of [0, 1, 2, 4, 6]) {
      await page.keyboard.press('f');
      for (let step = 0; step < at; step++) await page.keyboard.press('ArrowDown');
      if (at === 0) await look('filters to add');
      await page.keyboard.press('Enter');
      await look(`editor ${at} of a filter`);
      await page.keyboard.press('Escape');
    }
    await find(page, name);
    await rowOf(page, name).locator('[data-username]').click();
    await drawerOf(page, name).getByRole('heading', { name: '资料' }).waitFor();
    await look('drawer');
    await drawerOf(page, name).getByRole('button', { name: '封禁…' }).click();
    await dialog(page).getByRole('button', { name: '封禁 1 个用户' }).and(page.locator(':enabled')).waitFor();
    await look('preview');
    await dialog(page).getByRole('button', { name: '取消' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await searchBox(page).fill('');
    expect(barriers).toEqual(Object.fromEntries(Object.keys(barriers).map((where) => [where, []])));
  });

  it('has none on the pages about card keys', async () => {
    const { page } = console;
    const { barriers, look } = looking(page);
    await page.getByRole('link', { name: /^卡密/ }).click();
    await page.locator('[data-card]').first().click();
    await page.getByRole('list', { name: '经历' }).waitFor();
    await look('list and card');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '发卡…' }).click();
    await dialog(page)
      .getByText(/^生成 100 张月卡/)
      .waitFor();
    await look('issuing');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: '批次', exact: true }).click();
    await page.locator('[data-batch]').first().click();
    await page.getByRole('table', { name: '去向' }).waitFor();
    await look('batches');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: '概况', exact: true }).click();
    await page.getByRole('heading', { name: '每天绑定' }).waitFor();
    await look('stock');
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    expect(barriers).toEqual(Object.fromEntries(Object.keys(barriers).map((where) => [where, []])));
  });

  it('changes language and theme in place', async () => {
    const { page } = console;
    await openUsers(page);
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    await find(page, await somebody(site));
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await page.getByRole('heading', { name: 'Users', exact: true }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.getByRole('textbox', { name: 'Search usernames' }).inputValue()).toBe(await somebody(site));
    await page.getByRole('columnheader', { name: 'Membership' }).waitFor();
    expect(await page.locator('.md-main').innerText(), 'nothing of the console stays Chinese').not.toMatch(
      /用户|状态|正常|积分|筛选/,
    );

    await page.getByRole('button', { name: 'Switch to dark' }).click();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor({ state: 'attached' });
    const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByRole('button', { name: 'Switch to light' }).click();
    await page.locator('html[data-mantine-color-scheme="light"]').waitFor({ state: 'attached' });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(dark);

    await page.getByRole('button', { name: '切换为中文' }).click();
    await page.getByRole('heading', { name: '用户', exact: true }).waitFor();
    expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);
  });

  it('keeps filters in the address: over a drawer, Back, and a reload', async () => {
    const { page } = console;
    await openUsers(page);
    await searchBox(page).fill('');
    await page.getByRole('button', { name: '添加筛选' }).click();
    await page
      .getByRole('menuitem', { name: '状态' })
      .or(page.getByRole('button', { name: '状态', exact: true }))
      .last()
      .click();
    await page.getByRole('radio', { name: '已封禁' }).click();
    const chip = page.getByRole('button', { name: '移除筛选：状态：已封禁' });
    await chip.waitFor();
    expect(page.url()).toContain('state=banned');
    const states = () => grid(page).locator('[role="row"]:has([data-username])').allTextContents();
    await expect.poll(async () => (await states()).length).toBeGreaterThan(3);
    expect((await states()).filter((text) => !text.includes('已封禁'))).toEqual([]);

    await page.getByRole('link', { name: '操作记录' }).click();
    await page.getByRole('heading', { name: '操作记录' }).waitFor();
    await page.goBack();
    await chip.waitFor();
    await expect.poll(async () => (await states()).length).toBeGreaterThan(3);

    await page.reload();
    await chip.waitFor();
    await expect.poll(async () => (await states()).length).toBeGreaterThan(3);
    expect((await states()).filter((text) => !text.includes('已封禁'))).toEqual([]);
    await chip.click();
    await chip.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('state=');
  });
});

/** `look` writes down the barriers of what is shown now, in either theme. */
function looking(page: Page): {
  readonly barriers: Record<string, readonly string[]>;
  look(where: string): Promise<void>;
} {
  const barriers: Record<string, readonly string[]> = {};
  return {
    barriers,
    async look(where) {
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor({ state: 'attached' });
        barriers[`${where}, ${theme}`] = await barriersOf(page);
      }
    },
  };
}

/**
 * Serious and critical barriers, each with where it is. In legacy mode the library comes in by evaluate and opens no page of its own: the
 * console's policy takes no script from elsewhere, and its window is the only one.
 */
async function barriersOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 5).map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
    );
}
