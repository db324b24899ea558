import type { Locator, Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { openedWindow } from './support/opened.js';
import { somebody } from './support/state.js';
import { chooseReason } from './support/window.js';

/** Every filter of every list in the order of the menu, with the content of its editor. */
const lists = {
  users: {
    address: '/users',
    title: '用户',
    filters: ['状态', '角色', '标签', '会员', '会员到期时间', '积分', '注册时间', '最近登录'],
  },
  cards: {
    address: '/cards',
    title: '卡密',
    filters: [
      '状态',
      '类型',
      '批次',
      '渠道',
      '批次操作人',
      '批次导出过',
      '批次备注',
      '用户',
      '到期时间',
      '创建时间',
      '绑定时间',
      '待清理',
    ],
  },
  batches: { address: '/cards/batches', title: '卡密', grid: '批次', filters: ['渠道', '操作人', '导出过'] },
  audit: { address: '/audit', title: '操作记录', filters: ['操作人', '操作', '结果', '时间'] },
} as const;

describe('lists, by the keyboard alone', () => {
  const { site, console } = openedWindow({ users: 600 });

  describe.each(Object.values(lists))('$address', ({ address, title, filters, ...named }) => {
    const grid = 'grid' in named ? named.grid : title;
    it.each(filters.map((name, at) => ({ name, at })))(
      '$name: the focus goes into the editor, letters stay in it, Esc closes it, and the list has the focus again',
      async ({ name, at }) => {
        const { page } = console;
        const keys = page.keyboard;
        await go(page, address, title, grid);
        await keys.press('f');
        expect(await focusIn(page, panelOf(page)), 'into the list of filters, at once').toBe(true);
        for (let step = 0; step < at; step++) await keys.press('ArrowDown');
        expect(await focusedText(page)).toBe(name);
        await keys.press('Enter');
        await panelOf(page).locator('.md-filter-title').getByText(name, { exact: true }).waitFor();
        expect(await focusIn(page, panelOf(page)), 'into the editor, at once').toBe(true);
        expect(await page.evaluate(() => document.activeElement?.matches('input')), 'onto a field').toBe(true);

        // On the page itself, each of these letters changes a row or opens something.
        await keys.type('beujkxr?', { delay: 5 });
        await keys.type('gu');
        expect(await page.getByRole('dialog', { name: /封禁|解封|导出|快捷键/ }).count()).toBe(0);
        expect(await page.getByRole('toolbar', { name: '已选择的行' }).count(), 'no row chosen').toBe(0);
        expect(new URL(page.url()).hash, 'where we were').toBe(`#${address}`);
        expect(await focusIn(page, panelOf(page))).toBe(true);

        await keys.press('Escape');
        await panelOf(page).waitFor({ state: 'detached' });
        await expect.poll(() => focusIn(page, gridOf(page, grid))).toBe(true);
        expect(await page.getByRole('complementary').count(), 'no drawer').toBe(0);
      },
    );
  });

  it('keeps the letters out of a row also where nobody has the focus in an open panel', async () => {
    const { page } = console;
    await go(page, '/users', '用户');
    await page.keyboard.press('f');
    await panelOf(page).waitFor();
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.type('be');
    expect(await page.getByRole('dialog', { name: '封禁用户' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await panelOf(page).waitFor({ state: 'detached' });
    await page.keyboard.press('b');
    await page.getByRole('dialog', { name: '封禁用户' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('has the focus in a panel before the next key can come, however soon, also where things move', async () => {
    const { page } = console;
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await go(page, '/users', '用户');
    const soon = await page.evaluate(async () => {
      const press = (key: string) =>
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      const where = async () => {
        // No frame and no task passes here, only what the key itself has started.
        for (let turn = 0; turn < 50; turn++) await Promise.resolve();
        return document.activeElement?.closest('.md-filter-editor') !== null;
      };
      press('f');
      const opened = await where();
      document.querySelector<HTMLElement>('.md-filter-editor .md-item')?.click();
      return { opened, editing: await where() };
    });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(soon).toEqual({ opened: true, editing: true });
  });

  it('sets a choice by the arrows, changes it by its chip, and takes chips and all away with the focus never lost', async () => {
    const { page } = console;
    const keys = page.keyboard;
    await go(page, '/users', '用户');
    await keys.press('f');
    await keys.press('Enter');
    await keys.press('ArrowDown');
    const state = page.getByRole('button', { name: '状态：已封禁', exact: true });
    await state.waitFor();
    expect(await panelOf(page).count(), 'the arrows go on').toBe(1);
    await keys.press('Enter');
    await panelOf(page).waitFor({ state: 'detached' });
    await expect.poll(() => focusIn(page, gridOf(page, '用户'))).toBe(true);

    await keys.press('f');
    for (let step = 0; step < 5; step++) await keys.press('ArrowDown');
    await keys.press('Enter');
    await keys.type('10');
    await keys.press('Tab');
    await keys.type('5000');
    await keys.press('Enter');
    await page.getByRole('button', { name: '积分：10–5,000', exact: true }).waitFor();
    await panelOf(page).waitFor({ state: 'detached' });

    // Goes from the list back to the first chip.
    for (let step = 0; step < 20 && !(await has(page, state)); step++) await keys.press('Shift+Tab');
    expect(await has(page, state)).toBe(true);
    await keys.press('Enter');
    await panelOf(page).getByRole('radio', { name: '已封禁' }).and(page.locator(':focus')).waitFor();
    await keys.press('Escape');
    await panelOf(page).waitFor({ state: 'detached' });
    await expect.poll(() => has(page, state), { message: 'back on the chip' }).toBe(true);

    await keys.press('Tab');
    await keys.press('Enter');
    await state.waitFor({ state: 'detached' });
    expect(await has(page, page.getByRole('button', { name: '移除筛选：积分：10–5,000' })), 'the next cross').toBe(
      true,
    );
    await keys.press('Enter');
    const add = page.getByRole('button', { name: '添加筛选' });
    await expect.poll(() => has(page, add)).toBe(true);
    expect(new URL(page.url()).hash).toBe('#/users');

    await go(page, '/users?state=banned&pointsMin=3&q=nobody-of-that-name', '用户');
    await page.getByText('没有符合条件的用户').waitFor();
    const clear = page.locator('.md-filterbar').getByRole('button', { name: '清除筛选' });
    await clear.focus();
    await keys.press('Enter');
    await expect.poll(() => has(page, add)).toBe(true);
    await gridOf(page, '用户').locator('[data-id]').first().waitFor();

    await go(page, '/users?q=nobody-of-that-name', '用户');
    await page.getByText('没有符合条件的用户').waitFor();
    await page.locator('.md-grid-state').getByRole('button', { name: '清除筛选' }).focus();
    await keys.press('Enter');
    await expect.poll(() => focusIn(page, gridOf(page, '用户'))).toBe(true);
  });

  it('closes a menu of the drawer and not the drawer, and gives the focus back', async () => {
    const { page } = console;
    const keys = page.keyboard;
    const name = await somebody(site);
    await go(page, `/users?q=${name}&user=${name}`, '用户');
    const drawer = page.getByRole('complementary', { name: `用户 ${name}` });
    const more = drawer.getByRole('button', { name: '更多操作' });
    await more.focus();
    await keys.press('Enter');
    await page.getByRole('menu').waitFor();
    await keys.type('b');
    expect(await page.getByRole('dialog', { name: '封禁用户' }).count()).toBe(0);
    await keys.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await expect.poll(() => has(page, more)).toBe(true);
    expect(await drawer.count(), 'the drawer stays').toBe(1);
    await keys.press('Escape');
    await drawer.waitFor({ state: 'detached' });

    // The menu of a cell.
    await gridOf(page, '用户').locator('[data-username]').first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: '复制整行' }).waitFor();
    await keys.press('Escape');
    await page.getByRole('menuitem').first().waitFor({ state: 'detached' });
    await expect.poll(() => focusIn(page, gridOf(page, '用户'))).toBe(true);
  });

  it('does the same with views, columns, the selection, and the list of keys', async () => {
    const { page } = console;
    const keys = page.keyboard;
    await go(page, '/users?sort=points', '用户');
    const views = page.getByRole('button', { name: '视图', exact: true });
    await views.focus();
    await keys.press('Enter');
    await page.getByLabel('视图名称').and(page.locator(':focus')).waitFor();
    await keys.type('bex');
    await keys.press('Enter');
    const saved = page.getByRole('button', { name: 'bex', exact: true });
    await saved.and(page.locator(':focus')).waitFor();
    await keys.press('Enter');
    const remove = page.getByRole('button', { name: '删除视图“bex”' });
    await remove.focus();
    await keys.press('Enter');
    await remove.waitFor({ state: 'detached' });
    await page.getByLabel('视图名称').and(page.locator(':focus')).waitFor();
    await keys.press('Escape');
    await views.and(page.locator(':focus')).waitFor();

    const columns = page.getByRole('button', { name: '列', exact: true });
    await columns.focus();
    await keys.press('Enter');
    await page.getByRole('checkbox', { name: '角色' }).waitFor();
    await keys.type('bx');
    await keys.press('Escape');
    await page.getByRole('checkbox', { name: '角色' }).waitFor({ state: 'detached' });
    await columns.and(page.locator(':focus')).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);

    await gridOf(page, '用户').focus();
    await keys.press('x');
    const bar = page.getByRole('toolbar', { name: '已选择的行' });
    await bar.getByRole('button', { name: '选择全部匹配' }).focus();
    await keys.press('Enter');
    await expect.poll(() => focusIn(page, gridOf(page, '用户'))).toBe(true);
    await bar.getByRole('button', { name: '取消选择' }).focus();
    await keys.press('Enter');
    await bar.waitFor({ state: 'detached' });
    await expect.poll(() => focusIn(page, gridOf(page, '用户'))).toBe(true);

    // Esc in something above a drawer closes only that.
    const name = await somebody(site);
    await go(page, `/users?user=${name}`, '用户');
    await page.getByRole('complementary', { name: `用户 ${name}` }).waitFor();
    await keys.press('?');
    const help = page.getByRole('dialog', { name: '快捷键' });
    await help.waitFor();
    await keys.press('Escape');
    await help.waitFor({ state: 'detached' });
    expect(await page.getByRole('complementary', { name: `用户 ${name}` }).count()).toBe(1);
  });

  it('shows the whole of a cut name and of a time where the keys are, until Esc', async () => {
    const { page } = console;
    const long = `long_${'x'.repeat(44)}`;
    await site.rows(
      `INSERT INTO users (username, password_hash, role, created_at)
       VALUES (?, 'x', 'user', '2026-01-02 03:04:05'), (?, 'x', 'user', '2026-01-02 03:04:04')`,
      [long, `${long}y`],
    );
    await go(page, `/users?q=${long}`, '用户');
    await gridOf(page, '用户').locator(`[data-username="${long}"]`).waitFor();
    const whole = page.locator('.md-whole');
    await gridOf(page, '用户').focus();
    await page.keyboard.press('ArrowDown');
    // Which of the two comes first is left to the list: the bubble belongs to the row that the keys are on.
    const active = page.locator('[data-active] [data-username]');
    const name = (await active.getAttribute('data-username')) ?? '';
    expect([long, `${long}y`]).toContain(name);
    await whole.getByText(name, { exact: true }).waitFor();
    // Whoever goes down the list reads the next row.
    const [bubble, row] = await Promise.all([whole.boundingBox(), page.locator('[data-active]').boundingBox()]);
    expect(bubble?.y).toBeGreaterThan(0);
    expect((bubble?.y ?? 0) + (bubble?.height ?? 0)).toBeLessThanOrEqual(row?.y ?? 0);
    await page.keyboard.press('Escape');
    await whole.waitFor({ state: 'detached' });
    // The time of creation is shown as “n months ago”, in a column of its own.
    const header = gridOf(page, '用户').getByRole('columnheader', { name: '注册' });
    const column = await header.getAttribute('aria-colindex');
    const under = (): Promise<string | null> =>
      page.evaluate(() => {
        const id = document.activeElement?.getAttribute('aria-activedescendant') ?? '';
        return document.getElementById(id)?.getAttribute('aria-colindex') ?? null;
      });
    for (let step = 0; step < 12 && (await under()) !== column; step += 1) {
      const before = await under();
      await page.keyboard.press('ArrowRight');
      await expect.poll(under).not.toBe(before);
    }
    await whole.getByText(/^2026-01-0\d \d\d:04:0[45] UTC/).waitFor();
    // With the pointer it is the title of what is cut.
    await page.locator('.md-operator-name').evaluate((name) => {
      name.textContent = 'a name that is far too long for its place in the bar at the top';
    });
    await page.locator('.md-operator-name').hover();
    await expect.poll(() => page.locator('.md-operator-name').getAttribute('title')).toContain('far too long');
  });

  it('shows in the audit what another version has written, in words where it has some', async () => {
    const { page } = console;
    await site.rows(
      `INSERT INTO console_audit (id, at, operator, operator_role, origin, operation, input, outcome, targets, sample)
       VALUES (900001, '2026-11-02 03:04:05', ' moon\u202e', 'owner', 'satellite', 'points.donate', '{"who":{"names":[" a"]},"reason":"fraud","to_charity":"lunar_fund"}', 'done', 1, '[" a"]')`,
    );
    await go(page, '/audit?entry=900001', '操作记录');
    const drawer = page.getByRole('complementary', { name: '操作记录 900001' });
    await drawer.getByText('␣moon\\u202e · satellite').waitFor();
    await drawer.getByText('刷邀请或欺诈', { exact: true }).waitFor();
    await drawer.getByText('lunar_fund', { exact: true }).waitFor();
    await drawer.getByText('对象 › 名称', { exact: true }).waitFor();
    const row = page.locator('[role="row"][data-id="900001"]');
    expect(await row.textContent()).toContain('此版本不认识的操作 points.donate');
    expect(await row.textContent()).toMatch(/2026-11-0\d \d\d:04:05/);
  });

  it('acts on nobody of the rows before, when Enter in the search is followed by a key at once', async () => {
    const { page } = console;
    const { keyboard } = page;
    await site.rows("INSERT IGNORE INTO users (username, password_hash, role) VALUES ('meant_by_search', 'x', 'user')");
    await go(page, '/users', '用户');
    for (const key of ['j', 'j', 'j', '/']) await keyboard.press(key);
    // In one go: between two keys of a test there is more time than between two of a hand.
    await page.evaluate(() => {
      const field = document.activeElement;
      if (!(field instanceof HTMLInputElement)) throw new Error('The search has the focus.');
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, 'meant_by_search');
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      for (const key of ['Enter', 'b', 'x'])
        (document.activeElement ?? document.body).dispatchEvent(
          new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
        );
    });
    await gridOf(page, '用户').locator('[data-username="meant_by_search"]').waitFor();
    await expect.poll(() => gridOf(page, '用户').locator('[data-username]').count()).toBe(1);
    const ban = page.getByRole('dialog');
    // Either the keys came too early for the new rows, or they mean them.
    if ((await ban.count()) === 0) await keyboard.press('b');
    await chooseReason(page);
    await ban.locator('.md-change-preview').getByText('meant_by_search').waitFor();
    await keyboard.press('Escape');
    await ban.waitFor({ state: 'detached' });
    expect(await page.getByRole('toolbar', { name: '已选择的行' }).count(), 'no row of before is chosen').toBe(0);
    expect(await focusIn(page, gridOf(page, '用户')), 'the keys go on in the list').toBe(true);
    await keyboard.press('/');
    await keyboard.press('Control+a');
    await keyboard.press('Delete');
    await keyboard.press('Enter');
  });

  it('confirms nothing while Enter is held down, and keeps what it shows at the end', async () => {
    const { page } = console;
    const { keyboard } = page;
    const hold = async () => {
      for (let at = 0; at < 40; at += 1) {
        await keyboard.down('Enter');
        await page.waitForTimeout(20);
      }
      await keyboard.up('Enter');
    };
    const batches = async () =>
      Number((await site.rows<{ n: number }>('SELECT COUNT(*) AS n FROM console_card_batches'))[0]?.n);
    const before = await batches();
    await go(page, '/cards', '卡密');
    await page.getByRole('button', { name: '发卡…' }).focus();
    await hold();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('数量', { exact: true }).and(page.locator(':focus')).waitFor();
    expect(await batches()).toBe(before);
    await dialog.locator('.md-change-bar [type="submit"]:enabled').waitFor();
    await hold();
    await dialog.locator('.md-issue-proof').waitFor();
    await hold();
    await keyboard.press('Enter');
    expect(await batches()).toBe(before + 1);
    await dialog.locator('.md-issue-proof').waitFor();
    await keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('says what is new, and shows it when asked to', async () => {
    const { page } = console;
    await go(page, '/users', '用户');
    await site.rows("INSERT INTO users (username, password_hash, role) VALUES ('just_came', 'x', 'user')");
    await page.keyboard.press('r');
    await gridOf(page, '用户').locator('[data-username="just_came"]').waitFor();
    await site.rows("INSERT INTO users (username, password_hash, role) VALUES ('came_later', 'x', 'user')");
    const news = page.getByRole('button', { name: '1 项变化 · 刷新' });
    // The list is checked every half minute, and when the operator comes back to the window.
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
    await news.waitFor();
    expect(await gridOf(page, '用户').locator('[data-username="came_later"]').count(), 'not under the hand').toBe(0);
    await news.focus();
    await page.keyboard.press('Enter');
    await gridOf(page, '用户').locator('[data-username="came_later"]').waitFor();
    await news.waitFor({ state: 'detached' });
    await expect.poll(() => focusIn(page, gridOf(page, '用户'))).toBe(true);
  });
});

const panelOf = (page: Page): Locator => page.locator('.md-filter-editor');

const gridOf = (page: Page, title: string): Locator => page.getByRole('grid', { name: title });

/** Opens a list by its address and moves the focus to it. */
async function go(page: Page, address: string, title: string, grid = title): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, address);
  await page.getByRole('heading', { name: title, exact: true, level: 1 }).waitFor();
  const rows = gridOf(page, grid).locator('[data-id]').first();
  await rows.or(page.locator('.md-grid-state .md-state-title')).first().waitFor();
  await gridOf(page, grid).focus();
}

const focusIn = (page: Page, within: Locator): Promise<boolean> =>
  within.evaluate((element) => element.contains(document.activeElement)).catch(() => false);

const has = (page: Page, element: Locator): Promise<boolean> =>
  element.evaluate((one) => one === document.activeElement).catch(() => false);

const focusedText = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
