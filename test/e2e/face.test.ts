import { describe, expect, it } from 'vitest';
import { openedWindow } from './support/opened.js';
import { somebody } from './support/state.js';
import { find, grid, openUsers, searchBox } from './support/window.js';

describe('the face', () => {
  const { site, console } = openedWindow({ users: 1_000, afresh: false });
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
