/** Small things that an operator meets every day, at the window. */
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { openedWindow } from './support/opened.js';
import { dialog, drawerOf, find, openUsers, rowOf, signIn } from './support/window.js';

const { site, console: opened } = openedWindow({ users: 300, environment: 'production' });

const unlock = async (): Promise<void> => {
  const { page } = opened;
  await page.getByRole('button', { name: '只读' }).click();
  const { config } = site.database;
  const name = dialog(page).getByRole('textbox').first();
  await name.fill(`${config.database}@${config.host}`);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /可写/ }).waitFor();
};

it('a user’s drawer begins with until when the membership lasts, with renewing beside it', async () => {
  const { page } = opened;
  const [member] = await site.rows<{ username: string; ends: string }>(
    `SELECT u.username, DATE_FORMAT(MAX(c.expires_at), '%Y-%m-%d') AS ends FROM users u JOIN card_keys c ON c.bound_to = u.username
     WHERE u.role = 'user' AND u.banned = 0 AND c.expires_at > UTC_TIMESTAMP() + INTERVAL 2 DAY GROUP BY u.username LIMIT 1`,
  );
  if (member === undefined) throw new Error('The demo has no member');
  await openUsers(page);
  await find(page, member.username);
  await rowOf(page, member.username).locator('[data-username]').click();
  const section = drawerOf(page, member.username).locator('section').first();
  await section.getByText('有效期至').waitFor();
  expect(await section.locator('.md-users-until').textContent()).toContain(member.ends.slice(0, 7));
  await section.getByRole('button', { name: '续期…' }).click();
  // The connection is read-only: the dialog says so before anything is filled in.
  await dialog(page).getByText('当前连接是只读状态：可以预览，解锁写入后才能执行。').waitFor();
  await dialog(page).getByRole('button', { name: '解锁写入…' }).waitFor();
  await page.keyboard.press('Escape');
});

it('an export ends with where its file is: it opens, its folder opens, its path is copied', async () => {
  const { app, page } = opened;
  await app.evaluate(({ shell }) => {
    const seen: string[] = [];
    Object.assign(globalThis, { shown: seen });
    shell.openPath = (path) => {
      seen.push(`open ${path}`);
      return Promise.resolve('');
    };
    shell.showItemInFolder = (path) => void seen.push(`folder ${path}`);
  });
  const shown = (): Promise<string[]> => app.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
  await openUsers(page);
  await page.getByRole('button', { name: '导出 CSV' }).click();
  const toast = page.locator('.md-toast').filter({ hasText: '已导出' });
  await toast.waitFor({ timeout: 30_000 });
  expect(await toast.textContent()).toMatch(/已导出 \d{4}-\d\d-\d\d-\d{4}-users\.csv/);
  await toast.getByRole('button', { name: '打开文件夹' }).click();
  await expect.poll(async () => (await shown()).length).toBe(1);
  const [folder = ''] = await shown();
  expect(basename(folder)).toMatch(/-users\.csv$/);

  await page.getByRole('button', { name: /没有进行中的任务/ }).click();
  const job = page.locator('.md-job').first();
  await job.getByRole('button', { name: '打开', exact: true }).click();
  await expect.poll(shown).toEqual([folder, folder.replace('folder ', 'open ')]);
  await job.getByRole('button', { name: '复制路径' }).click();
  await page.getByText('已复制路径').waitFor();
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toBe(folder.replace('folder ', ''));

  // Whoever signs in next is not told again.
  await toast.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: '操作员 moonowner' }).click();
  await page.getByRole('menuitem', { name: '退出登录' }).click();
  await signIn(page);
  await page.getByRole('button', { name: /没有进行中的任务/ }).waitFor();
  await page.waitForTimeout(1_000);
  expect(await toast.count()).toBe(0);
});

it('the keys of a small issue are copied from its proof, as an audited look', async () => {
  const { app, page } = opened;
  await unlock();
  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await page.getByRole('button', { name: '发卡…' }).click();
  await dialog(page).getByLabel('数量', { exact: true }).fill('12');
  await dialog(page).getByLabel('前缀', { exact: true }).fill('copy');
  await dialog(page).getByRole('button', { name: '发卡 12 张' }).and(page.locator(':enabled')).click();
  await dialog(page).getByRole('button', { name: '查看并复制 12 张…' }).click();
  await dialog(page)
    .getByRole('button', { name: /查看 12 张/ })
    .click();
  await dialog(page).getByRole('button', { name: '全部复制' }).click();
  const copied = (await app.evaluate(({ clipboard }) => clipboard.readText())).split('\n');
  const stored = await site.rows<{ plain_key: string }>("SELECT plain_key FROM card_keys WHERE plain_key LIKE 'COPY%'");
  expect(copied.sort()).toEqual(stored.map((row) => row.plain_key).sort());
  expect(copied).toHaveLength(12);
  const [looked] = await site.rows<{ n: string }>(
    "SELECT COUNT(*) AS n FROM console_audit WHERE operation = 'cards.reveal'",
  );
  expect(Number(looked?.n)).toBe(1);
});

it('an address pasted as a host is taken apart, and its password is not shown', async () => {
  const { page } = opened;
  await page.keyboard.press('Control+k');
  await page.keyboard.type('切换连接');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /新建连接/ }).click();
  const host = page.getByRole('textbox', { name: '主机' }).first();
  await host.fill('');
  await host.evaluate((field) => {
    const data = new DataTransfer();
    data.setData('text', 'mysql://root:top-secret@db.example:3307/site');
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect.poll(() => host.inputValue()).toBe('db.example');
  expect(await page.getByRole('textbox', { name: '数据库' }).inputValue()).toBe('site');
  expect(await page.getByText('top-secret').count()).toBe(0);
  expect(await page.getByLabel('密码', { exact: true }).first().inputValue()).toBe('top-secret');
  expect(await page.getByLabel('密码', { exact: true }).first().getAttribute('type')).toBe('password');
  // Buttons that the library adds speak the chosen language too.
  expect(await page.getByLabel('Toggle password visibility').count()).toBe(0);
});
