/**
 * The five things that operators do most, by the shortest way there is, once with keys alone and once with the mouse
 * alone: how many keys and clicks each takes. Texts that are typed or pasted are not counted: they are the same in any
 * program. A task that comes to take more than it does today fails.
 */
import type { Locator } from 'playwright';
import { beforeAll, expect, it } from 'vitest';
import { Keys, textsOf } from './every-page/keys.js';
import { openedWindow } from './support/opened.js';
import { somebody } from './support/state.js';
import { allInEffect, chooseReason, closeDialog, dialog, drawerOf, startAfresh } from './support/window.js';

const { site, console: opened } = openedWindow({ users: 300 });

let keys = 0;
let clicks = 0;
let by: Keys;

beforeAll(async () => {
  const { page } = opened;
  const press = page.keyboard.press.bind(page.keyboard);
  page.keyboard.press = (...asked) => {
    keys += 1;
    return press(...asked);
  };
  by = new Keys(page, await textsOf('zh-CN'));
});

async function click(what: Locator): Promise<void> {
  clicks += 1;
  await what.click();
}

const button = (name: string | RegExp): Locator => opened.page.getByRole('button', { name });
const inDialog = (name: string | RegExp): Locator => dialog(opened.page).getByRole('button', { name });
/** What the palette offers for what was typed. */
const hit = (text: string | RegExp): Locator =>
  opened.page.getByRole('option', typeof text === 'string' ? { name: text, exact: true } : { name: text }).first();

/** Finds something in the palette, from wherever the operator is. */
async function found(text: string, shown: string | RegExp = text): Promise<void> {
  await by.press('Control+k');
  await opened.page.locator('.md-palette-field').waitFor();
  await by.type(text);
  await hit(shown).waitFor();
  while ((await hit(shown).getAttribute('aria-selected')) !== 'true') await by.press('ArrowDown');
  await by.press('Enter');
}
async function foundByMouse(text: string, shown: string | RegExp = text): Promise<void> {
  await click(opened.page.locator('.md-top-search'));
  await opened.page.locator('.md-palette-field').waitFor();
  await by.type(text);
  await click(hit(shown));
}

/** Confirms the dialog once its preview is there. */
async function confirmed(name: string | RegExp): Promise<void> {
  await inDialog(name).and(opened.page.locator(':enabled')).waitFor();
  await by.press('Control+Enter');
  await dialog(opened.page).getByText(allInEffect).waitFor();
}
async function confirmedByMouse(name: string | RegExp): Promise<void> {
  await click(inDialog(name).and(opened.page.locator(':enabled')));
  await dialog(opened.page).getByText(allInEffect).waitFor();
}

async function keyOfSomebody(): Promise<{ key: string; owner: string }> {
  const [card] = await site.rows<{ key: string; owner: string }>(
    'SELECT plain_key AS `key`, bound_to AS owner FROM card_keys WHERE bound_to IS NOT NULL AND plain_key IS NOT NULL ORDER BY bound_at DESC LIMIT 1',
  );
  if (card === undefined) throw new Error('Nobody has a card');
  return card;
}

async function member(at: number): Promise<string> {
  const [one] = await site.rows<{ username: string }>(
    `SELECT u.username FROM users u JOIN card_keys c ON c.bound_to = u.username
     WHERE u.role = 'user' AND u.banned = 0 AND c.expires_at > UTC_TIMESTAMP() GROUP BY u.username ORDER BY u.username LIMIT 1 OFFSET ${String(at)}`,
  );
  if (one === undefined) throw new Error('The demo has no member');
  return one.username;
}

const copied = (): Promise<string> => opened.app.evaluate(({ clipboard }) => clipboard.readText());

interface Task {
  readonly task: string;
  /** What it took at most when this was written. */
  readonly most: { readonly keys: number; readonly clicks: number };
  byKeys(): Promise<void>;
  byMouse(): Promise<void>;
}

const tasks: readonly Task[] = [
  {
    task: 'ban one',
    most: { keys: 99, clicks: 99 },
    byKeys: async () => {
      const name = await somebody(site, 0);
      await found(name);
      await drawerOf(opened.page, name).waitFor();
      await by.press('b');
      await chooseReason(opened.page);
      await confirmed('封禁 1 个用户');
    },
    byMouse: async () => {
      const name = await somebody(site, 1);
      await foundByMouse(name);
      await click(drawerOf(opened.page, name).getByRole('button', { name: '封禁…' }));
      await click(dialog(opened.page).getByLabel('原因', { exact: true }).and(opened.page.locator('input')));
      await click(opened.page.getByRole('option', { name: '共享账号' }));
      await confirmedByMouse('封禁 1 个用户');
    },
  },
  {
    task: 'undo it',
    most: { keys: 99, clicks: 99 },
    byKeys: async () => {
      await startAfresh(opened.page);
      await by.press('g a');
      await opened.page.locator('[role="grid"] [role="gridcell"]').first().waitFor();
      await by.press('j');
      await by.press('Enter');
      await by.to('撤销…');
      await by.press('Enter');
      await confirmed('撤销 1 个变更');
    },
    byMouse: async () => {
      await startAfresh(opened.page);
      await click(opened.page.getByRole('link', { name: '操作记录' }).first());
      await click(opened.page.getByRole('row').filter({ hasText: '封禁用户' }).filter({ hasText: '可撤销' }).first());
      await click(button('撤销…'));
      await confirmedByMouse('撤销 1 个变更');
    },
  },
  {
    task: 'whose key is this',
    most: { keys: 99, clicks: 99 },
    byKeys: async () => {
      const { key, owner } = await keyOfSomebody();
      await found(key, /./);
      await opened.page.getByRole('complementary').getByText(owner).first().waitFor();
    },
    byMouse: async () => {
      const { key, owner } = await keyOfSomebody();
      await foundByMouse(key, /./);
      await opened.page.getByRole('complementary').getByText(owner).first().waitFor();
    },
  },
  {
    task: 'issue 100 and hand them out',
    most: { keys: 99, clicks: 99 },
    byKeys: async () => {
      await found('发卡');
      await dialog(opened.page).waitFor();
      await by.fill('数量', '100');
      await inDialog('发卡 100 张').and(opened.page.locator(':enabled')).waitFor();
      await by.press('Control+Enter');
      await inDialog('查看并复制 100 张…').waitFor();
      await by.to('查看并复制 100 张…', 'Shift+Tab');
      await by.press('Enter');
      await inDialog(/查看 100 张/)
        .and(opened.page.locator(':enabled'))
        .waitFor();
      await by.press('Control+Enter');
      await inDialog('全部复制').waitFor();
      await by.to('全部复制');
      await by.press('Enter');
      await expect.poll(async () => (await copied()).split('\n').length).toBe(100);
    },
    byMouse: async () => {
      await click(opened.page.getByRole('link', { name: '卡密' }).first());
      await click(button('发卡…'));
      await click(dialog(opened.page).getByLabel('数量', { exact: true }));
      await dialog(opened.page).getByLabel('数量', { exact: true }).fill('100');
      await click(inDialog('发卡 100 张').and(opened.page.locator(':enabled')));
      await click(inDialog('查看并复制 100 张…'));
      await click(inDialog(/查看 100 张/).and(opened.page.locator(':enabled')));
      await click(inDialog('全部复制'));
      await expect.poll(async () => (await copied()).split('\n').length).toBe(100);
    },
  },
  {
    task: 'renew a member',
    most: { keys: 99, clicks: 99 },
    byKeys: async () => {
      const name = await member(0);
      await found(name);
      await drawerOf(opened.page, name).waitFor();
      await by.to('续期…');
      await by.press('Enter');
      await confirmed('为 1 个用户续期');
    },
    byMouse: async () => {
      const name = await member(1);
      await foundByMouse(name);
      await click(drawerOf(opened.page, name).getByRole('button', { name: '续期…' }));
      await confirmedByMouse('为 1 个用户续期');
    },
  },
];

it.each(tasks)('$task', async ({ task, most, byKeys, byMouse }) => {
  keys = 0;
  await byKeys();
  const byKeyboard = keys;
  if ((await dialog(opened.page).count()) > 0) await closeDialog(opened.page);
  clicks = 0;
  await byMouse();
  process.stdout.write(`${task}: ${String(byKeyboard)} keys, or ${String(clicks)} clicks\n`);
  expect(byKeyboard).toBeLessThanOrEqual(most.keys);
  expect(clicks).toBeLessThanOrEqual(most.clicks);
});
