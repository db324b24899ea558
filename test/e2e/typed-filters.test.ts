import type { Locator, Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { openedWindow } from './support/opened.js';

/** What is typed into a filter is what the list shows, or the form stays and says why not. */
describe('what is typed into a filter', () => {
  const { console } = openedWindow({ users: 60 });

  it.each([
    ['/users', '积分', '２００', '积分：≥ 200', 'pointsMin=200'],
    ['/users', '积分', '−３', '积分：≥ -3', 'pointsMin=-3'],
    ['/users', '积分', '1,000', '积分：≥ 1,000', 'pointsMin=1000'],
    ['/users', '注册时间', '２０２６－１２－０１', '注册时间：2026-12-01 起', 'createdFrom=2026-12-01'],
    ['/cards', '批次', '１１５', '批次：#115', 'batch=%22115%22'],
    ['/cards', '批次', '#115', '批次：#115', 'batch=%22115%22'],
  ])('%s, %s: %s is read as the chip %s', async (address, filter, typed, chip, part) => {
    const { page } = console;
    await open(page, address, filter);
    await page.keyboard.insertText(typed);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: chip, exact: true }).waitFor({ timeout: 5_000 });
    await panelOf(page).waitFor({ state: 'detached' });
    expect(new URL(page.url()).hash).toContain(part);
  });

  it.each([
    ['/users', '积分', '1.5', '整数，不超过'],
    ['/users', '积分', '1e3', '整数，不超过'],
    ['/users', '积分', '9007199254740993', '整数，不超过 9,007,199,254,740,991'],
    ['/users', '积分', '-', '整数，不超过'],
    ['/users', '注册时间', '1 December', '写成 2026-07-01 的样子'],
    ['/users', '注册时间', '2026', '写成 2026-07-01 的样子'],
    ['/users', '标签', 'x'.repeat(51), '最多 50 个字符'],
    ['/cards', '批次', '123456789012345678901', '编号是 1 到 20 位数字'],
    ['/cards', '批次', '1a5', '编号是 1 到 20 位数字'],
    ['/cards', '用户', 'x'.repeat(101), '最多 100 个字符'],
  ])('%s, %s: %s is refused beside the field, and nothing else is filtered', async (address, filter, typed, why) => {
    const { page } = console;
    await open(page, address, filter);
    const field = panelOf(page).locator('input:focus');
    await page.keyboard.insertText(typed);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await panelOf(page).getByText(why).waitFor({ timeout: 5_000 });
    expect(await panelOf(page).innerText(), 'once').toContain(why);
    expect(await page.locator('.md-chip').count()).toBe(0);
    expect(new URL(page.url()).hash).toBe(`#${address}`);
    if (filter !== '标签') expect(await field.inputValue()).toBe(typed);
    await page.keyboard.press('Escape');
    await panelOf(page).waitFor({ state: 'detached' });
  });

  it('refuses a minimum above the maximum, as it does with days', async () => {
    const { page } = console;
    await open(page, '/users', '积分');
    await page.keyboard.type('9');
    await page.keyboard.press('Tab');
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
    await panelOf(page).getByText('小于最少').waitFor({ timeout: 5_000 });
    await page.keyboard.type('0');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '积分：9–30', exact: true }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/users?pointsMin=9&pointsMax=30');
  });

  it.each([
    ['/users?pointsMin=3', 0, '添加筛选'],
    ['/users?createdFrom=2026-01-01', 0, '添加筛选'],
    ['/users?tag=vip&pointsMin=3', 1, '添加筛选'],
    ['/users?pointsMin=3&createdFrom=2026-01-01', 0, '注册时间：2026-01-01 起'],
    ['/cards?batch=%22115%22', 0, '添加筛选'],
  ])('%s: emptied by the keyboard, the filter of chip %d leaves the focus on %s', async (address, at, next) => {
    const { page } = console;
    await go(page, address);
    const chip = page.locator('.md-chip-label').nth(at);
    const before = await page.locator('.md-chip').count();
    await chip.focus();
    await page.keyboard.press('Enter');
    await panelOf(page).locator('input:focus').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.md-chip').count()).toBe(before - 1);
    await expect.poll(() => focusedText(page)).toBe(next);
  });
});

describe('around the filters', () => {
  const { console } = openedWindow({ users: 60 });

  it('keeps a message while its button has the focus, and gives the focus back when it is closed', async () => {
    const { page } = console;
    await go(page, '/users');
    const grid = page.getByRole('grid');
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Control+c');
    const toast = page.locator('.md-toast');
    await toast.getByRole('button').last().focus();
    // A message without the focus is gone after six seconds.
    await page.waitForTimeout(7_500);
    expect(await toast.count()).toBe(1);
    await page.keyboard.press('Enter');
    await toast.waitFor({ state: 'detached' });
    expect(await grid.evaluate((one) => one === document.activeElement)).toBe(true);
  });

  it('says that a view of this name is replaced, and shows signs that turn a name round', async () => {
    const { page } = console;
    const name = 'abc\u202edef';
    await go(page, '/users?state=banned');
    const save = async (button: string) => {
      const views = page.locator('.md-filterbar > button').last();
      await views.focus();
      await page.keyboard.press('Enter');
      await page.getByLabel('视图名称').fill(name);
      await page.locator('.md-view-save').getByRole('button', { name: button, exact: true }).click();
      await page.locator('.md-view-save').waitFor({ state: 'detached' });
    };
    await save('保存');
    await page.locator('.md-filterbar').getByRole('button', { name: 'abc\\u202edef', exact: true }).waitFor();
    await go(page, '/users?state=active');
    await save('替换');
    await page.locator('.md-filterbar').getByRole('button', { name: 'abc\\u202edef', exact: true }).click();
    await page.getByRole('button', { name: '删除视图“abc\\u202edef”', exact: true }).waitFor();
    expect(await page.locator('.md-panel-scroll').innerText()).not.toContain('\u202e');
  });

  it('shows no bubble over what is shown whole', async () => {
    const { page } = console;
    await go(page, '/cards/batches');
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('[data-active] [data-focus] [data-batch]').waitFor();
    const frames = () =>
      page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await frames();
    expect(await page.locator('.md-whole').allInnerTexts()).toEqual([]);
  });
});

const panelOf = (page: Page): Locator => page.locator('.md-filter-editor');

const focusedText = (page: Page): Promise<string> =>
  page.evaluate(() =>
    document.activeElement === document.body ? 'nothing' : (document.activeElement?.textContent ?? ''),
  );

async function go(page: Page, address: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, address);
  await page.locator('[data-add-filter]').waitFor();
  const rows = page.getByRole('grid').locator('[data-id]').first();
  await rows.or(page.locator('.md-grid-state .md-state-title')).first().waitFor();
}

/** Opens the editor of a filter of this list by the keyboard. */
async function open(page: Page, address: string, filter: string): Promise<void> {
  await go(page, address);
  await page.getByRole('grid').focus();
  await page.keyboard.press('f');
  await panelOf(page).getByRole('button', { name: filter, exact: true }).focus();
  await page.keyboard.press('Enter');
  await panelOf(page).locator('.md-filter-title').getByText(filter, { exact: true }).waitFor();
  await panelOf(page).locator('input:focus').waitFor();
}
