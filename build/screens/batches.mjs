// @ts-check
/// <reference lib="dom" />
/** Issuing, importing and batches, on the run's own demo site. The window is in Chinese between two screenshots. */
import { settle } from './camera.mjs';

/** @typedef {import('playwright').Page} Page */
/** @typedef {import('./camera.mjs').Camera} Camera */

/** Old keys as from a shop: some twice, some unreadable. @returns {string} */
export function oldKeys() {
  const key = (/** @type {number} */ at) => `OLD${String(at * 7_919).padStart(9, '0')}${String(at).padStart(4, '0')}`;
  const keys = Array.from({ length: 1_200 }, (_, at) => key(at));
  const twice = keys.filter((_, at) => at % 100 === 7);
  const broken = Array.from({ length: 3 }, (_, at) => `${key(at)}${'?'.repeat(60)}`);
  return [...keys, ...twice, ...broken].join('\n');
}

/** @param {Page} page @param {Camera} camera @param {(page: Page, address: string) => Promise<void>} go */
export async function batchScenes(page, camera, go) {
  const dialog = page.getByRole('dialog');
  await go(page, '/cards/batches');
  await page.getByRole('button', { name: '发卡…' }).first().click();
  await dialog.getByRole('textbox', { name: '数量' }).fill('10000');
  await dialog.getByRole('textbox', { name: '前缀' }).fill('VIP');
  await dialog.getByRole('textbox', { name: '渠道' }).fill('淘宝店');
  await dialog.getByRole('textbox', { name: '备注' }).fill('双十二备货');
  await dialog.getByRole('textbox', { name: '输入数字 10,000 以继续' }).fill('10000');
  await dialog.getByRole('button', { name: '发卡 10,000 张' }).and(page.locator(':enabled')).waitFor();
  await settle(page);
  await camera.take('issue-preview');
  await dialog.getByRole('button', { name: '发卡 10,000 张' }).click();
  await dialog.getByText('已发卡 10,000 张。').waitFor({ timeout: 60_000 });
  await settle(page);
  await camera.take('issue-proof');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: '导入…' }).first().click();
  await dialog.getByRole('button', { name: '选择文件…' }).click();
  await dialog.getByRole('table', { name: '检查结果' }).waitFor({ timeout: 60_000 });
  await settle(page);
  await camera.take('import-report');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  // A batch that buyers have had for a while.
  await page.getByRole('grid', { name: '批次' }).locator('[data-batch]').nth(9).click();
  await page.mouse.move(640, 4);
  await page.getByRole('complementary').getByRole('table', { name: '去向' }).waitFor();
  await settle(page);
  await camera.take('batch-drawer');
  await page.keyboard.press('Escape');
}
