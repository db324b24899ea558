import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoOwner } from '../../build/lib/demo-owner.mjs';
import { engines } from '../sandbox/database.js';
import { openedWindow } from './support/opened.js';
import { type E2eSite, siteOf } from './support/site.js';
import { auditOf, configOf, signInAtSite, somebody, stateOf } from './support/state.js';
import { moondesk } from './support/terminal.js';
import {
  allInEffect,
  choose,
  chooseReason,
  closeDialog,
  type ConsoleWindow,
  dialog,
  drawerOf,
  find,
  grid,
  openUsers,
  openWindow,
  placeOf,
  rowOf,
  searchBox,
  signIn,
  startAfresh,
  undo,
} from './support/window.js';

/** MySQL does the same with fewer users: the test is about the server, not about the size. */
const sizes = { mariadb: 20_000, mysql: 2_000 } as const;

describe.each(engines())('a ban, on %s', (engine) => {
  const { site, console } = openedWindow({ engine, users: sizes[engine] });

  it('finds a user among all, bans with a reason, proves it, and takes it back whole', async () => {
    const { page } = console;
    const name = await somebody(site);
    await signInAtSite(site, name);
    const [before, config] = [await stateOf(site, name), await configOf(site)];
    expect(before).toMatchObject({
      user: { banned: 0 },
      ban: null,
      redis: { sessions: 3, caches: expect.any(Number), config: 1 },
    });

    await openUsers(page);
    await expect.poll(() => page.locator('.md-main').textContent()).toContain(sizes[engine].toLocaleString('en'));
    await find(page, name);
    await rowOf(page, name).locator('[data-username]').click();
    const drawer = drawerOf(page, name);
    await drawer.getByRole('button', { name: '封禁…' }).click();
    await choose(page, '原因', '刷邀请或欺诈');
    await dialog(page).getByRole('textbox', { name: '备注' }).fill('同一 IP 注册 60 个账号');
    await dialog(page).getByText('封禁 1 个用户，原因：刷邀请或欺诈，不自动解封。').waitFor();
    await dialog(page).getByText('结束 2 个会话').waitFor();
    expect((await stateOf(site, name)).user, 'a preview changes nothing').toEqual(before.user);

    await dialog(page).getByRole('button', { name: '封禁 1 个用户' }).click();
    await dialog(page).getByText(allInEffect).waitFor();
    for (const place of ['数据库', '站点配置', 'TVBox 令牌', '邀请码', '登录会话', '缓存']) {
      expect(await placeOf(dialog(page), place).textContent(), place).toMatch(/[1-9]\d*已生效$/);
    }

    const banned = await stateOf(site, name);
    expect(banned).toMatchObject({
      user: { banned: 1, tvbox_token: null },
      ban: { reason: 'fraud', note: '同一 IP 注册 60 个账号', banned_by: demoOwner.username },
      entry: { username: name, banned: true },
      redis: { sessions: 0, caches: 0, config: 0 },
    });
    expect(banned.entry).not.toHaveProperty('tvboxToken');
    expect(banned.invitationCode).not.toBe(before.invitationCode);
    const [entry, ...more] = await auditOf(site, name);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      operation: 'users.ban',
      operator: demoOwner.username,
      operator_role: 'owner',
      origin: 'window',
      outcome: 'done',
      targets: 1,
    });
    expect(JSON.parse(entry?.input ?? '')).toMatchObject({ reason: 'fraud', who: { names: [name] } });

    await closeDialog(page);
    await expect.poll(() => rowOf(page, name).textContent()).toContain('已封禁');
    await drawer.getByText('刷邀请或欺诈').first().waitFor();
    await drawer.getByRole('button', { name: '解封…' }).waitFor();

    await drawer.getByRole('link', { name: '封禁用户' }).click();
    const record = page.getByRole('complementary', { name: `操作记录 ${entry?.id}` });
    await record.getByRole('button', { name: '撤销…' }).click();
    await dialog(page).getByText('将 1 个对象恢复到变更之前。').waitFor();
    await dialog(page).getByRole('button', { name: '撤销 1 个变更' }).click();
    await dialog(page).getByText(allInEffect).waitFor();
    await closeDialog(page);

    const after = await stateOf(site, name);
    // An undo does not bring back ended sessions, and caches are refilled on the next read.
    expect({ ...after, redis: null }).toEqual({ ...before, redis: null });
    expect(await configOf(site), 'the whole config').toEqual(config);
    const [first, second] = await auditOf(site, name);
    expect(second).toMatchObject({ operation: 'audit.undo', undo_of: entry?.id, outcome: 'done' });
    expect(first?.undone_by).toBe(second?.id);
    await openUsers(page);
    await find(page, name);
    await expect.poll(() => rowOf(page, name).textContent()).toContain('正常');
    await searchBox(page).fill('');
  });

  it('does it all by the keyboard', async () => {
    const { page } = console;
    const name = await somebody(site, 1);
    const keys = page.keyboard;
    await openUsers(page);
    await grid(page).focus();
    await keys.press('/');
    await expect.poll(() => searchBox(page).evaluate((box) => box === document.activeElement)).toBe(true);
    await keys.type(name.slice(0, -1));
    await rowOf(page, name).waitFor();
    await keys.press('Enter');
    // Goes down until the focus is on the user's row. Later, k goes one row up and j one row down.
    const here = () =>
      grid(page).locator('[role="row"][data-active] [data-username]').getAttribute('data-username', { timeout: 5_000 });
    await keys.press('j');
    const most = await grid(page).locator('[data-username]').count();
    for (let at = 0; at < most && (await here()) !== name; at++) await keys.press('j');
    await expect.poll(here).toBe(name);
    await keys.press('Enter');
    await drawerOf(page, name).waitFor();
    await keys.press('b');
    await chooseReason(page);
    await dialog(page).getByRole('button', { name: '封禁 1 个用户' }).and(page.locator(':enabled')).waitFor();
    await keys.press('Control+Enter');
    await dialog(page).getByText(allInEffect).waitFor();
    expect((await stateOf(site, name)).user).toMatchObject({ banned: 1 });

    // The focus in the proof is on "close"; "undo" is a few steps before it.
    await expect.poll(() => focusedText(console)).toBe('关闭');
    for (let step = 0; step < 4 && (await focusedText(console)) !== '撤销…'; step++) await keys.press('Shift+Tab');
    expect(await focusedText(console)).toBe('撤销…');
    await keys.press('Enter');
    await expect.poll(() => focusedText(console)).toBe('撤销 1 个变更');
    await keys.press('Enter');
    await dialog(page).getByText(allInEffect).waitFor();
    await keys.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    expect((await stateOf(site, name)).user).toMatchObject({ banned: 0 });
    expect((await auditOf(site, name)).map(({ operation }) => operation)).toEqual(['users.ban', 'audit.undo']);
    await expect.poll(() => rowOf(page, name).textContent()).toContain('正常');
    await keys.press('Escape');
    await drawerOf(page, name).waitFor({ state: 'detached' });
    expect(
      await page.evaluate(() => document.activeElement?.getAttribute('role')),
      'the list has the focus again',
    ).toBe('grid');
    await searchBox(page).fill('');
  });

  it('is the same from a terminal, and once for a key however often it is sent', async () => {
    const name = await somebody(site, 2);
    await signInAtSite(site, name);
    const words = [
      'users.ban',
      JSON.stringify({ who: { names: [name] }, reason: 'fraud' }),
      '--yes',
      '--key',
      'e2e-once',
    ];
    const first = await moondesk(site, words);
    expect(first.stderr.replace(/moondesk: building …\n/, '')).not.toMatch(/error/i);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ changed: 1, skipped: [] });
    expect(await stateOf(site, name)).toMatchObject({
      user: { banned: 1, tvbox_token: null },
      ban: { reason: 'fraud', banned_by: demoOwner.username },
      entry: { banned: true },
      redis: { sessions: 0, caches: 0, config: 0 },
    });
    const again = await moondesk(site, words);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(first.stdout));
    const audit = await auditOf(site, name);
    expect(audit).toHaveLength(1);
    expect(audit[0]).toMatchObject({
      operation: 'users.ban',
      operator: demoOwner.username,
      operator_role: 'owner',
      origin: 'terminal',
      outcome: 'done',
      targets: 1,
    });

    // The window shows the ban and undoes it.
    const { page } = console;
    await openUsers(page);
    await find(page, name);
    await expect.poll(() => rowOf(page, name).textContent()).toContain('已封禁');
    await page.getByRole('link', { name: '操作记录' }).click();
    const row = page.getByRole('grid', { name: '操作记录' }).getByRole('row').filter({ hasText: name });
    await row.getByText('终端').waitFor();
    await row.getByText('封禁用户').click();
    await page.getByRole('complementary').getByRole('button', { name: '撤销…' }).click();
    await dialog(page).getByRole('button', { name: '撤销 1 个变更' }).click();
    await dialog(page).getByText(allInEffect).waitFor();
    await closeDialog(page);
    expect((await stateOf(site, name)).user).toMatchObject({ banned: 0 });
  });
});

describe('many at once', () => {
  let site: E2eSite;
  let console: ConsoleWindow;

  beforeAll(async () => {
    site = await siteOf('mariadb', { users: 8_000 });
    console = await openWindow(site.env);
    await signIn(console.page);
  });
  afterAll(async () => {
    await console?.close();
    await site?.close();
  });

  beforeEach(() => startAfresh(console.page));

  const banned = async (): Promise<number> =>
    Number((await site.rows<{ n: string }>('SELECT COUNT(*) AS n FROM users WHERE banned = 1'))[0]?.n);

  it('bans everyone whom a filter matches: typed number, job, audit, undo', async () => {
    const { page } = console;
    const [wanted] = await site.rows<{ n: string }>(
      `SELECT COUNT(*) AS n FROM users u LEFT JOIN user_login_stats s ON s.username = u.username
       WHERE u.role = 'user' AND u.banned = 0 AND COALESCE(s.login_count, 0) = 0`,
    );
    const count = Number(wanted?.n);
    expect(count, 'more than is done at once').toBeGreaterThan(500);
    const before = await banned();
    const label = count.toLocaleString('en');

    await openUsers(page);
    await page.getByRole('button', { name: '添加筛选' }).click();
    await page
      .getByRole('menuitem', { name: '最近登录' })
      .or(page.getByRole('button', { name: '最近登录' }))
      .last()
      .click();
    await page.getByText('仅看从未登录的用户').click();
    await page.getByRole('button', { name: '应用' }).click();
    await page.getByRole('button', { name: '移除筛选：最近登录：从未登录' }).waitFor();
    await grid(page).locator('[data-username]').first().waitFor();
    await grid(page).focus();
    await page.keyboard.press('Control+a');
    const bar = page.getByRole('toolbar', { name: '已选择的行' });
    await bar.getByRole('button', { name: '封禁…' }).click();
    await chooseReason(page);
    const confirm = dialog(page).getByRole('button', { name: `封禁 ${label} 个用户` });
    await confirm.waitFor();
    expect(await confirm.isDisabled(), 'the number is not typed yet').toBe(true);
    const field = dialog(page).getByLabel(`输入数字 ${label} 以继续`);
    await field.fill(String(count - 1));
    expect(await confirm.isDisabled(), 'another number').toBe(true);
    await field.fill(String(count));
    await confirm.click();
    await dialog(page).getByText(allInEffect).waitFor({ timeout: 60_000 });
    expect(await banned()).toBe(before + count);
    await closeDialog(page);
    await page
      .getByRole('region', { name: '任务' })
      .getByText(/已结束 1 项/)
      .waitFor();

    const jobs = await site.rows<{ operation: string; state: string }>('SELECT operation, state FROM console_jobs');
    expect(jobs).toEqual([{ operation: 'users.ban', state: 'done' }]);
    await page.getByRole('link', { name: '操作记录' }).click();
    const row = page.getByRole('grid', { name: '操作记录' }).getByRole('row').filter({ hasText: '封禁用户' }).first();
    await row.getByText('封禁用户').click();
    await page.getByRole('complementary').getByRole('button', { name: '撤销…' }).first().click();
    const take = dialog(page).getByRole('button', { name: `撤销 ${label} 个变更` });
    await take.waitFor();
    await dialog(page).getByLabel(`输入数字 ${label} 以继续`).fill(String(count));
    await take.click();
    await dialog(page).getByText(allInEffect).waitFor({ timeout: 60_000 });
    await closeDialog(page);
    expect(await banned()).toBe(before);
    const [config] = [await configOf(site)];
    expect(config.UserConfig.Users.filter((one) => one['banned'] === true)).toHaveLength(before);
  });

  it('confirms no preview that nobody has seen: the notice has the focus, and what came instead waits a second', async () => {
    const { page } = console;
    const [one, two] = [await somebody(site, 5), await somebody(site, 6)];
    await openUsers(page);
    await page.getByRole('button', { name: '粘贴名单…' }).click();
    await dialog(page).getByRole('textbox', { name: '用户名' }).fill(`${one}\n${two}`);
    await dialog(page).getByRole('button', { name: '封禁…' }).click();
    await chooseReason(page);
    const confirm = dialog(page).getByRole('button', { name: '封禁 2 个用户' });
    await confirm.and(page.locator(':enabled')).waitFor();
    await site.rows('UPDATE users SET banned = 1 WHERE username = ?', [one]);
    // Submits in every frame of the first half second in which the new preview is visible.
    const pressing = page.evaluate(
      () =>
        new Promise<number>((done) => {
          let since = 0;
          let sent = 0;
          const press = (now: number) => {
            const button = [...document.querySelectorAll('button[type="submit"]')].find((each) =>
              each.textContent?.includes('封禁 1 个用户'),
            );
            if (button !== undefined) {
              since ||= now;
              sent += 1;
              button.closest('form')?.requestSubmit();
            }
            if (since !== 0 && now - since > 500) done(sent);
            else requestAnimationFrame(press);
          };
          requestAnimationFrame(press);
        }),
    );
    await confirm.click();
    expect(await pressing).toBeGreaterThan(0);
    await dialog(page).getByText('已重新预览，请再核对一遍').waitFor();
    const told = dialog(page).locator('.md-takes-focus:focus').filter({ hasText: '已重新预览，请再核对一遍' });
    await told.waitFor();
    await page.keyboard.press('Enter');
    expect((await stateOf(site, two)).user).toMatchObject({ banned: 0 });
    await dialog(page).getByRole('button', { name: '封禁 1 个用户' }).and(page.locator(':enabled')).waitFor();
    await page.keyboard.press('Enter');
    expect(await told.count()).toBe(1);
    expect((await stateOf(site, two)).user).toMatchObject({ banned: 0 });
    await page.keyboard.press('Control+Enter');
    await dialog(page).getByText(allInEffect).waitFor();
    expect((await stateOf(site, two)).user).toMatchObject({ banned: 1 });
    await closeDialog(page);
    await site.rows('UPDATE users SET banned = 0 WHERE username IN (?, ?)', [one, two]);
  });

  it('reads a pasted list with duplicates and names that do not exist', async () => {
    const { page } = console;
    const [one, two] = [await somebody(site, 3), await somebody(site, 4)];
    await openUsers(page);
    await page.getByRole('button', { name: '粘贴名单…' }).click();
    await dialog(page)
      .getByRole('textbox', { name: '用户名' })
      .fill(`${one}\n${two}\n${one}, ${one}\n没有这个人; nobody:*'\n${'长'.repeat(60)}\n${demoOwner.username}`);
    await dialog(page).getByText('5 个名称').waitFor();
    await dialog(page).getByText('2 个重复，只算一次').waitFor();
    await dialog(page)
      .getByText(/1 个超过 50 个字符/)
      .waitFor();
    await dialog(page).getByRole('button', { name: '封禁…' }).click();
    await chooseReason(page);
    await dialog(page).getByRole('button', { name: '封禁 2 个用户' }).waitFor();
    await dialog(page).getByText('2 个名称在站点中不存在，不会变更：').waitFor();
    await dialog(page).getByText("nobody:*'").first().waitFor();
    await dialog(page).getByText('2 个重复的名称只算一次。').waitFor();
    await dialog(page)
      .getByText(/当前账号 1/)
      .waitFor();
    await dialog(page)
      .getByRole('checkbox', { name: `移出 ${two}` })
      .click();
    await dialog(page).getByRole('button', { name: '封禁 1 个用户' }).click();
    await dialog(page).getByText(allInEffect).waitFor();
    expect((await stateOf(site, one)).user).toMatchObject({ banned: 1 });
    expect((await stateOf(site, two)).user, 'taken out').toMatchObject({ banned: 0 });
    await undo(page, '1');
    expect((await stateOf(site, one)).user).toMatchObject({ banned: 0 });
  });
});

const focusedText = ({ page }: ConsoleWindow): Promise<string> =>
  page.evaluate(() => document.activeElement?.textContent ?? '');
