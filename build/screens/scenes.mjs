// @ts-check
/// <reference lib="dom" />
/** The scenes, in the order in which an operator would see them. The window is in Chinese between two screenshots. */
import { demoOwner } from '../lib/demo-owner.mjs';
import { batchScenes } from './batches.mjs';
import { settle } from './camera.mjs';
import { cardScenes } from './cards.mjs';

/** @typedef {import('playwright').Page} Page */
/** @typedef {import('./camera.mjs').Camera} Camera */
/** @typedef {import('./camera.mjs').Look} Look */

/** The sign-in page, which opens without a click. @param {Page} page @param {Camera} camera @param {string} name */
export async function door(page, camera, name) {
  await page.locator('.md-door h1').first().waitFor();
  await settle(page);
  await camera.take(name);
}

/** @param {Page} page */
export async function signIn(page) {
  await page.getByRole('textbox', { name: '用户名' }).fill(demoOwner.username);
  await page.getByLabel('密码', { exact: true }).fill(demoOwner.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByRole('navigation', { name: '页面' }).waitFor();
}

/** A working day's changes, so that the audit and the overview have content. @param {Page} page */
async function workADay(page) {
  /** @type {readonly [string, object][]} */
  const day = [
    ['users.tag', { who: { filter: { card: 'active', pointsMin: 300 } }, add: ['老用户'] }],
    [
      'users.ban',
      { who: { filter: { search: 'dragon', card: 'none', state: 'active' } }, reason: 'sharing', note: '一号多用' },
    ],
    ['users.apis', { who: { filter: { tags: ['渠道-A'], state: 'active' } }, apis: ['yunhai', 'feisu'] }],
    ['users.unban', { who: { filter: { search: 'wild', state: 'banned' } } }],
    ['users.role', { who: { names: ['yeyong71'] }, role: 'admin' }],
    ['users.role', { who: { names: ['yeyong71'] }, role: 'user' }],
    ['users.password', { username: 'yzu999', password: 'given-by-phone' }],
  ];
  for (const [operation, input] of day) await page.evaluate(ask, { operation, input });
}

/**
 * One change through the page's own bridge, with its preview if it has one. @param {{ operation: string, input: object
 * }} asked
 */
async function ask({ operation, input }) {
  /** @type {{ call(call: object): Promise<{ ok: boolean, value?: { fingerprint?: string }, error?: { message: string } }> }} */
  const bridge = Reflect.get(window, 'moondesk');
  const send = async (/** @type {string} */ name, /** @type {object} */ given) => {
    const id = crypto.randomUUID();
    const answer = await bridge.call({ id, operation: name, input: given, language: 'zh-CN', idempotencyKey: id });
    if (!answer.ok) throw new Error(`${name}: ${answer.error?.message}`);
    return answer.value;
  };
  const preview = operation === 'users.password' ? {} : await send(`${operation}.preview`, input);
  await send(operation, preview?.fingerprint === undefined ? input : { ...input, fingerprint: preview.fingerprint });
}

/** @param {Page} page @param {string} address */
async function go(page, address) {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, address);
  await page.locator('h1').first().waitFor();
  // A row under the pointer would look selected.
  await page.mouse.move(640, 4);
  await settle(page);
}

/** @param {Page} page @param {Camera} camera @param {{ every: boolean }} options */
export async function pages(page, camera, { every }) {
  if (every) {
    await workADay(page);
    // Reloads what was changed without the pages.
    await page.reload();
  }
  await go(page, '/overview');
  await camera.take('overview');
  await go(page, '/users');
  const grid = page.getByRole('grid', { name: '用户' });
  await grid.locator('[data-username]').first().waitFor();
  await camera.take('users', every ? {} : { looks: bothThemes });

  await go(page, '/users?sort=points');
  await grid.locator('[data-username]').nth(3).click();
  await page.mouse.move(640, 4);
  await page.getByRole('complementary').waitFor();
  await settle(page);
  await camera.take('user-drawer');
  await page.keyboard.press('Escape');

  await openBan(page, await somePeople(page));
  await camera.take('ban-preview');
  await (every ? banAndUndo(page, camera) : page.keyboard.press('Escape'));

  await cardScenes(page, camera, go, { every });
  if (every) await batchScenes(page, camera, go);
  await go(page, '/audit');
  await camera.take('audit');
  await go(page, '/settings');
  await camera.take('settings');
  await go(page, '/users');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: '搜索或执行命令' }).fill('a');
  await page.getByRole('option').nth(5).waitFor();
  await settle(page);
  await camera.take('palette');
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: '搜索或执行命令' }).waitFor({ state: 'detached' });
  await go(page, '/connect');
  await page.getByRole('button', { name: '测试连接' }).click();
  await page.getByText('连接正常').first().waitFor();
  await settle(page);
  await camera.take('connect');
}

/** @type {readonly Look[]} */
const bothThemes = [
  { language: 'zh-CN', theme: 'light' },
  { language: 'zh-CN', theme: 'dark' },
];

/**
 * A list as support staff would paste it: some users to ban, the operator, an already banned user, and an unknown name.
 * @param {Page} page
 */
async function somePeople(page) {
  const names = page.getByRole('grid', { name: '用户' }).locator('[data-username]');
  await go(page, '/users?state=banned');
  await names.first().waitFor();
  const banned = await names.first().getAttribute('data-username');
  await go(page, '/users?state=active&card=active&sort=lastLogin');
  await names.nth(12).waitFor();
  const active = await names.evaluateAll((all) => all.slice(2, 11).map((one) => one.getAttribute('data-username')));
  return [...active, demoOwner.username, banned, 'nobody_of_that_name'];
}

/** @param {Page} page @param {readonly (string | null)[]} names */
async function openBan(page, names) {
  await page.getByRole('button', { name: '粘贴名单…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: '用户名' }).fill(names.join('\n'));
  await dialog.getByRole('button', { name: '封禁…' }).click();
  // Nothing is previewed before a reason is chosen.
  await dialog.getByLabel('原因', { exact: true }).and(page.locator('input')).click();
  await page.getByRole('option', { name: '共享账号', exact: true }).click();
  await dialog.getByRole('button', { name: /^封禁 [1-9]\d* 个用户$/ }).waitFor();
  await dialog.getByRole('row').nth(3).waitFor();
  await settle(page);
}

/** @param {Page} page @param {Camera} camera */
async function banAndUndo(page, camera) {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^封禁 \d+ 个用户$/ }).click();
  await dialog.getByText('所有位置均已生效。').waitFor();
  await settle(page);
  await camera.take('ban-proof');
  await dialog.getByRole('button', { name: '撤销…' }).click();
  await dialog.getByRole('button', { name: /^撤销 \d+ 个变更$/ }).click();
  await dialog.getByText('所有位置均已生效。').waitFor();
  await dialog.getByRole('button', { name: '关闭' }).last().click();
  await dialog.waitFor({ state: 'detached' });
}
