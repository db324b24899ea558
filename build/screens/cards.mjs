// @ts-check
/// <reference lib="dom" />
/**
 * Card keys for an operator: the list, one card's history, a change, the overview. The window is in Chinese between two
 * screenshots.
 */
import { settle } from './camera.mjs';

/** @typedef {import('playwright').Page} Page */
/** @typedef {import('./camera.mjs').Camera} Camera */

/** @param {Page} page @param {Camera} camera @param {(page: Page, address: string) => Promise<void>} go @param {{ every: boolean }} options */
export async function cardScenes(page, camera, go, { every }) {
  const rows = page.getByRole('grid', { name: '卡密' }).locator('[data-card]');
  const dialog = page.getByRole('dialog');
  await go(page, '/cards');
  await rows.nth(5).waitFor();
  await settle(page);
  await camera.take('cards');
  await go(page, '/cards/overview');
  await page.getByRole('table', { name: '库存' }).waitFor();
  await settle(page);
  await camera.take('cards-overview');
  if (!every) return;

  // Revokes some, and shows the history of one of them.
  await go(page, '/cards?state=["unused"]&sort=expires');
  await rows.nth(5).waitFor();
  for (const at of [0, 1, 2, 3])
    await rows.nth(at).locator('xpath=ancestor::*[@role="row"]').getByRole('checkbox').click();
  await page.getByRole('toolbar').getByRole('button', { name: '作废…' }).click();
  await dialog.getByRole('textbox', { name: '原因' }).fill('卖家要求停用');
  await dialog.getByRole('button', { name: '作废 4 张卡密' }).and(page.locator(':enabled')).waitFor();
  await settle(page);
  await camera.take('card-revoke');
  await dialog.getByRole('button', { name: '作废 4 张卡密' }).click();
  await dialog.getByText('所有位置均已生效。').waitFor();
  await dialog.getByRole('button', { name: '关闭' }).last().click();
  await dialog.waitFor({ state: 'detached' });
  await go(page, '/cards?state=["revoked"]');
  await rows.first().click();
  await page.mouse.move(640, 4);
  await page.getByRole('complementary').getByRole('list', { name: '经历' }).waitFor();
  await settle(page);
  await camera.take('card-drawer');
  await page.keyboard.press('Escape');
}
