import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Proxy, startProxy } from '../sandbox/proxy.js';
import { slowCards } from './support/cards.js';
import { type E2eSite, siteOf } from './support/site.js';
import { type ConsoleWindow, dialog, openWindow, signIn } from './support/window.js';

let site: E2eSite;
let proxy: Proxy;
let opened: ConsoleWindow;
beforeAll(async () => {
  site = await siteOf('mariadb', { users: 300 });
  const { host, port } = site.database.config;
  proxy = await startProxy({ host, port });
  opened = await openWindow({ ...site.env, MYSQL_HOST: proxy.host, MYSQL_PORT: String(proxy.port) });
  await signIn(opened.page);
});
afterAll(async () => {
  await opened?.close();
  await proxy?.close();
  await site?.close();
});

it('MySQL goes and comes back: a running job says so instead of a speed, goes on, and no old message is left', async () => {
  const { page } = opened;
  const fast = await slowCards(site, 0.3);
  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await page.getByRole('button', { name: '发卡…' }).click();
  await dialog(page).getByLabel('数量', { exact: true }).fill('20000');
  await dialog(page).getByLabel('前缀', { exact: true }).fill('down');
  await dialog(page).getByLabel('输入数字 20,000 以继续').fill('20000');
  await dialog(page).getByRole('button', { name: '发卡 20,000 张' }).and(page.locator(':enabled')).click();
  await dialog(page)
    .getByText(/每秒 [\d,]+/)
    .waitFor();

  proxy.cut();
  await dialog(page).getByText('MySQL 连接不上').first().waitFor({ timeout: 20_000 });
  await expect
    .poll(() =>
      dialog(page)
        .getByText(/每秒 [\d,]+/)
        .count(),
    )
    .toBe(0);
  await dialog(page).getByRole('button', { name: '转到后台' }).click();
  const job = page.locator('.md-job').first();
  if ((await job.count()) === 0) await page.getByRole('button', { name: /任务/ }).last().click();
  await job.getByText('MySQL 连接不上').waitFor();
  expect(await job.textContent()).not.toMatch(/每秒/);
  // Something that an operator does meanwhile fails, and says so.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('ABCD-EFGH-JKLM-NPQR');
  await page.keyboard.press('Enter');
  const told = page.locator('.md-toast').filter({ hasText: 'MySQL 连接不上' });
  await told.waitFor({ timeout: 20_000 });

  proxy.speak();
  await fast();
  await job.getByText('完成').waitFor({ timeout: 60_000 });
  await told.waitFor({ state: 'detached', timeout: 20_000 });
  const [made] = await site.rows<{ n: string }>("SELECT COUNT(*) AS n FROM card_keys WHERE plain_key LIKE 'DOWN%'");
  expect(Number(made?.n ?? 0)).toBe(20_000);
});
