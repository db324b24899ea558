import { expect } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Locator, Page } from 'playwright';
import { demoOwner } from '../../../build/lib/demo-owner.mjs';
import { launchElectron } from '../../../build/electron-app.mjs';

export interface ConsoleWindow {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** The folder with connections and saved views. */
  readonly data: string;
  close(): Promise<void>;
}

const nowhere = {
  MYSQL_HOST: undefined,
  REDIS_URL: undefined,
  MOONDESK_DEMO: undefined,
  MOONDESK_ENVIRONMENT: undefined,
  MOONDESK_REDIS_PREFIX: undefined,
};

/** The real console in Chinese and light theme, with a profile and a data folder of its own. All waits have a limit. */
export async function openWindow(env: Record<string, string | undefined> = {}): Promise<ConsoleWindow> {
  const data = await mkdtemp(join(tmpdir(), 'moondesk-e2e-'));
  const app = await launchElectron({ env: { ...nowhere, ...env, MOONDESK_DATA: data, MOONDESK_EXPORT_FOLDER: data } });
  const page = await app.firstWindow();
  page.setDefaultTimeout(15_000);
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
  await page.locator('html[lang="zh-CN"] .md-frame').waitFor();
  return {
    app,
    page,
    data,
    close: async () => {
      await app.close();
      await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Fills in the sign-in form and submits it. */
export async function trySignIn(
  page: Page,
  { username, password }: { readonly username: string; readonly password: string } = demoOwner,
): Promise<void> {
  await page.getByRole('textbox', { name: '用户名' }).fill(username);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

export async function signIn(page: Page, account = demoOwner): Promise<void> {
  await trySignIn(page, account);
  await page.getByRole('navigation', { name: '页面' }).waitFor();
}

/** Opens the overview and closes everything that an earlier test left open. The sign-in is kept. */
export async function startAfresh(page: Page): Promise<void> {
  await page.evaluate(() => {
    location.hash = '/overview';
  });
  await page.reload();
  await page.getByRole('heading', { name: '总览' }).waitFor();
}

export async function openUsers(page: Page): Promise<void> {
  await page.getByRole('link', { name: '用户', exact: true }).click();
  await grid(page).locator('[data-username]').first().waitFor();
}

export const grid = (page: Page): Locator => page.getByRole('grid', { name: '用户' });

export const rowOf = (page: Page, username: string): Locator =>
  grid(page)
    .locator('[role="row"]')
    .filter({ has: page.locator(`[data-username="${username}"]`) });

export const drawerOf = (page: Page, username: string): Locator =>
  page.getByRole('complementary', { name: `用户 ${username}` });

export const searchBox = (page: Page): Locator => page.getByRole('textbox', { name: '搜索用户名' });

/** The open dialog; there is one at most. */
export const dialog = (page: Page): Locator => page.getByRole('dialog');

/** Searches for a user by name; the list then contains nobody else. */
export async function find(page: Page, username: string): Promise<void> {
  await searchBox(page).fill(username);
  await rowOf(page, username).waitFor();
}

/** Chooses an option in a labelled list of the open dialog. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await dialog(page).getByLabel(label, { exact: true }).and(page.locator('input')).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Chooses the reason of a ban in its open dialog by keyboard; none is chosen beforehand. */
export async function chooseReason(page: Page): Promise<void> {
  const reason = dialog(page).getByLabel('原因', { exact: true }).and(page.locator('input'));
  await expect.poll(() => reason.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.press('ArrowDown');
  await page.getByRole('option', { name: '共享账号' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => reason.inputValue()).not.toBe('');
}

/** The state of one place in the proof: 已生效, 重试中 or 无需变更. */
export const placeOf = (within: Locator, place: string): Locator => within.getByRole('row').filter({ hasText: place });

export const allInEffect = '所有位置均已生效。';

/** Undoes the change whose proof is open, and closes the dialog. */
export async function undo(page: Page, count: string): Promise<void> {
  await dialog(page).getByRole('button', { name: '撤销…' }).click();
  await dialog(page)
    .getByRole('button', { name: `撤销 ${count} 个变更` })
    .click();
  await dialog(page).getByText(allInEffect).waitFor();
  await closeDialog(page);
}

export async function closeDialog(page: Page): Promise<void> {
  await dialog(page).getByRole('button', { name: '关闭', exact: true }).last().click();
  await dialog(page).waitFor({ state: 'detached' });
}
