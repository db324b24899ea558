import { describe, expect, it } from 'vitest';
import { openedWindow } from './support/opened.js';
import { auditOf, somebody } from './support/state.js';
import { allInEffect, chooseReason, closeDialog, dialog, find, openUsers, rowOf } from './support/window.js';

describe('what somebody else has done meanwhile', () => {
  const { site, console } = openedWindow({ users: 200 });

  it('is shown behind the dialog that was refused because of it: the list, and the entry of the audit', async () => {
    const { page } = console;
    const name = await somebody(site);
    await openUsers(page);
    await find(page, name);
    await rowOf(page, name).click();
    await page.keyboard.press('b');
    await chooseReason(page);
    const ban = dialog(page).getByRole('button', { name: '封禁 1 个用户' });
    await expect.poll(() => ban.isEnabled()).toBe(true);
    await site.rows('UPDATE users SET banned = 1 WHERE username = ?', [name]);
    await ban.click();
    await dialog(page).getByText('没有可以变更的对象').waitFor();
    await rowOf(page, name).getByText('已封禁').waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });

    await site.rows('UPDATE users SET banned = 0 WHERE username = ?', [name]);
    await page.keyboard.press('r');
    await page.keyboard.press('b');
    await chooseReason(page);
    await ban.click();
    await dialog(page).getByText(allInEffect).waitFor();
    await closeDialog(page);
    const entry = (await auditOf(site, name)).findLast(({ operation }) => operation === 'users.ban');
    await page.evaluate((id) => (location.hash = `/audit?entry=${String(id)}`), entry?.id);
    const drawer = page.getByRole('complementary');
    const undo = drawer.getByRole('button', { name: '撤销…' });
    await undo.waitFor();
    await site.rows('UPDATE console_audit SET undone_by = id WHERE id = ?', [entry?.id]);
    await undo.click();
    await dialog(page).getByText('这次变更已经撤销过').first().waitFor();
    await page.keyboard.press('Escape');
    await undo.waitFor({ state: 'detached' });
  });

  it('and an entry offers no undo once it was undone from beside it', async () => {
    const { page } = console;
    const name = await somebody(site, 1);
    await openUsers(page);
    await find(page, name);
    await rowOf(page, name).click();
    await page.keyboard.press('b');
    await chooseReason(page);
    await dialog(page).getByRole('button', { name: '封禁 1 个用户' }).click();
    await dialog(page).getByText(allInEffect).waitFor();
    await closeDialog(page);
    const entry = (await auditOf(site, name)).at(-1);
    await page.evaluate((id) => (location.hash = `/audit?entry=${String(id)}`), entry?.id);
    const offer = page.getByRole('complementary').getByRole('button', { name: '撤销…' });
    await offer.click();
    await dialog(page).getByRole('button', { name: '撤销 1 个变更' }).click();
    await dialog(page).getByText(allInEffect).waitFor();
    await closeDialog(page);
    await expect.poll(() => offer.count()).toBe(0);
  });
});
