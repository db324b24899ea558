import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { demoOwner } from '../../build/lib/demo-owner.mjs';
import { alphabet } from '../../electron/operations/cards/check-symbol.js';
import { engines } from '../sandbox/database.js';
import {
  batchOf,
  cachesOf,
  cardAudit,
  disagreements,
  fillCaches,
  keysIn,
  keysWrittenDown,
  membershipOf,
  sha256,
  slowCards,
  withoutCards,
} from './support/cards.js';
import { openedWindow } from './support/opened.js';
import { type E2eSite } from './support/site.js';
import { configOf } from './support/state.js';
import { moondesk } from './support/terminal.js';
import {
  allInEffect,
  closeDialog,
  type ConsoleWindow,
  dialog,
  drawerOf,
  find,
  openUsers,
  placeOf,
  rowOf,
} from './support/window.js';

/** MySQL does the same with fewer users. */
const sizes = { mariadb: 3_000, mysql: 300 } as const;
const count = 10_000;
const label = count.toLocaleString('en');

describe.each(engines())('card keys, on %s', (engine) => {
  const { site, console } = openedWindow({ engine, users: sizes[engine] });
  /** The last audit entry that existed before. */
  let since = '0';
  let batch = '';
  /** The keys of the batch, taken from its export. */
  let keys: readonly string[] = [];

  it('issues 10,000, is cancelled on the way, keeps what is there, and comes to exactly 10,000', async () => {
    const { page } = console;
    since = (await cardAudit(site, '0')).at(-1)?.id ?? since;
    const strangers = await countOf(site, 'card_keys');
    const others = await countOf(site, 'console_card_batches');
    const fast = await slowCards(site, 1);
    await openCards(page);
    await page.getByRole('button', { name: '发卡…' }).click();
    const amount = dialog(page).getByLabel('数量', { exact: true });
    await expect.poll(() => amount.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.press('Control+a');
    await page.keyboard.type(String(count));
    await dialog(page).getByText('月卡', { exact: true }).click();
    await dialog(page).getByLabel('前缀', { exact: true }).fill('e2e');
    await dialog(page).getByLabel('渠道', { exact: true }).fill('代理 A');
    await dialog(page).getByLabel('备注', { exact: true }).fill('十一月活动');
    await dialog(page).getByText(`生成 ${label} 张月卡，存入库存。`).waitFor();
    await dialog(page)
      .getByText(/^E2E-([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/)
      .first()
      .waitFor();
    const confirm = dialog(page).getByRole('button', { name: `发卡 ${label} 张` });
    expect(await confirm.isDisabled(), 'the number is not typed yet').toBe(true);
    await dialog(page).getByLabel(`输入数字 ${label} 以继续`).fill(String(count));
    await confirm.and(page.locator(':enabled')).waitFor();
    expect(await countOf(site, 'console_card_batches'), 'a preview makes nothing').toBe(others);
    await page.keyboard.press('Control+Enter');

    const made = async (): Promise<number> => numberIn(await dialog(page).textContent(), /已生成 ([\d,]+) \//);
    await expect.poll(made, { timeout: 15_000, interval: 20 }).toBeGreaterThan(0);
    const early = await made();
    await expect.poll(made, { timeout: 15_000, interval: 20 }).toBeGreaterThan(early);
    batch = String((await site.rows<{ id: string }>('SELECT MAX(id) AS id FROM console_card_batches'))[0]?.id);
    const running = await batchOf(site, batch);
    await dialog(page).getByRole('button', { name: '取消' }).click();
    await dialog(page)
      .getByText(/^已取消。/)
      .waitFor();

    const cancelled = await batchOf(site, batch);
    expect(cancelled).toMatchObject({ wanted: count, job: { state: 'cancelled' } });
    expect(cancelled.cards.length, 'cut short').toBeLessThan(count);
    expect(cancelled.cards.length).toBeGreaterThanOrEqual(early);
    // One chunk was running, and one may have ended between the check and the click.
    expect(cancelled.ranges.length - running.ranges.length, 'obeyed after the chunk under way').toBeLessThanOrEqual(2);
    expect(disagreements(cancelled)).toEqual([]);
    expect(await made()).toBe(cancelled.cards.length);
    await closeDialog(page);

    const kept = cancelled.cards.length.toLocaleString('en');
    await page.getByRole('link', { name: '批次', exact: true }).click();
    const row = batchRow(page, batch);
    await row.getByText(`${kept} / ${label}`).waitFor();
    expect(await row.textContent()).toContain('已取消');
    await row.locator('[data-batch]').click();
    const drawer = batchDrawer(page, batch);
    expect(await funnelOf(drawer)).toEqual({ 未使用: kept, 已使用: '0', 已到期: '0', 已作废: '0', 已删除: '0' });
    for (const fact of ['代理 A', '十一月活动', demoOwner.username]) await drawer.getByText(fact).first().waitFor();
    expect((await batchOf(site, batch)).cards, 'nothing comes after').toEqual(cancelled.cards);

    await fast();
    const reins = drawer.getByRole('region', { name: '发卡进度' });
    await reins.getByRole('button', { name: '继续' }).click();
    await reins.waitFor({ state: 'detached', timeout: 30_000 });
    await expect.poll(async () => (await funnelOf(drawer))['未使用']).toBe(label);
    await expect.poll(() => row.textContent()).not.toContain('已取消');

    const whole = await batchOf(site, batch);
    expect(whole).toMatchObject({ wanted: count, issued: count, job: { id: cancelled.job.id, state: 'done' } });
    expect(whole.cards).toHaveLength(count);
    expect(disagreements(whole)).toEqual([]);
    expect(whole.cards.slice(0, cancelled.cards.length), 'what was committed stays').toEqual(cancelled.cards);
    expect(new Set(whole.cards.map((card) => `${card.key_type} ${card.status}`))).toEqual(new Set(['month unused']));
    expect(await countOf(site, 'card_keys'), 'and no card beside them').toBe(strangers + count);
    expect(await cardAudit(site, since)).toMatchObject([
      { operation: 'cards.issue', operator: demoOwner.username, origin: 'window', outcome: 'done' },
    ]);
  });

  it('exports the batch a key a line, and says who took it away', async () => {
    const { page } = console;
    await openCards(page);
    await page.getByRole('link', { name: '批次', exact: true }).click();
    await batchRow(page, batch).locator('[data-batch]').click();
    const drawer = batchDrawer(page, batch);
    await drawer.getByText('没有人导出或查看过这批卡密的明文。').waitFor();
    await drawer.getByRole('button', { name: '导出…' }).click();
    await dialog(page).getByText(`导出 ${label} 张卡密的明文。这次导出会写入操作记录。`).waitFor();
    await dialog(page).getByRole('radio', { name: /^TXT/ }).check();
    await dialog(page).getByRole('button', { name: '选择位置并导出' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(async () => (await exported(console)).length, { timeout: 15_000 }).toBe(count);

    keys = await exported(console);
    const { cards } = await batchOf(site, batch);
    expect(new Set(keys.map(sha256)), 'each of the batch, each once').toEqual(
      new Set(cards.map((card) => card.key_hash)),
    );
    const entry = (await cardAudit(site, since)).find(({ operation }) => operation === 'cards.export');
    expect(entry).toMatchObject({ operator: demoOwner.username, origin: 'window', outcome: 'done' });
    expect(JSON.parse(entry?.input ?? '')).toMatchObject({ format: 'txt', filter: { batch } });
    const taken = drawer.getByRole('table', { name: '导出与查看' }).getByRole('row').filter({ hasText: 'TXT' });
    await taken.waitFor();
    expect(await taken.textContent()).toContain(`导出 · TXT${label}${demoOwner.username}`);
    await taken.getByRole('link').click();
    await page.getByRole('complementary', { name: `操作记录 ${entry?.id}` }).waitFor();
  });

  it('finds a key however it was pasted, binds it, shows the membership, and takes it back whole', async () => {
    const { page } = console;
    const key = keys[1_234] ?? '';
    const hash = sha256(key);
    const name = await withoutCards(site);
    await fillCaches(site, hash, name);
    const [before, config] = [await membershipOf(site, hash, name), await configOf(site)];
    expect(before).toMatchObject({ card: { status: 'unused', bound_to: null }, records: [], entry: undefined });
    expect(await cachesOf(site, hash, name)).toEqual({ card: 1, user: 1, config: 1 });

    await openCards(page);
    await page.keyboard.press('/');
    const wrong = key.slice(0, -1) + (alphabet.at(alphabet.indexOf(key.slice(-1)) - 1) ?? '');
    await paste(console, wrong);
    await page.getByRole('alert').getByText('校验位不符，有字符抄错').waitFor();
    expect(await page.getByRole('complementary').count(), 'nothing opens').toBe(0);
    await page.keyboard.press('Control+a');
    await paste(console, `  \t${key.toLowerCase().replaceAll('-', ' ')} \n`);
    const card = page.getByRole('complementary', { name: /^卡密 E2E-/ });
    await card.getByText(hash).waitFor();
    expect(await card.textContent()).toContain(`#${batch}`);
    expect(keysIn(await page.locator('body').innerText(), keys, 'E2E'), 'covered').toEqual([]);
    expect(page.url().toUpperCase()).not.toMatch(/E2E/);

    await card.getByRole('button', { name: '绑定…' }).click();
    const field = dialog(page).getByLabel('用户', { exact: true }).and(page.locator('input'));
    await expect.poll(() => field.evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.type(name);
    await page.getByRole('option', { name, exact: true }).click();
    await dialog(page).getByText('绑定 1 张卡密，会员时长按站点规则叠加。').waitFor();
    await dialog(page).getByRole('button', { name: '绑定 1 张卡密' }).and(page.locator(':enabled')).waitFor();
    expect(await membershipOf(site, hash, name), 'a preview changes nothing').toEqual(before);
    await page.keyboard.press('Control+Enter');
    await dialog(page).getByText(allInEffect).waitFor();
    for (const place of ['数据库', '站点配置', '缓存'])
      expect(await placeOf(dialog(page), place).textContent(), place).toMatch(/[1-9]\d*已生效$/);

    const bound = await membershipOf(site, hash, name);
    const { bound_at, expires_at } = bound.card ?? {};
    expect(bound.card).toEqual({ ...before.card, status: 'used', bound_to: name, bound_at: expect.any(String) });
    expect(bound.records).toMatchObject([
      { key_hash: hash, username: name, status: 'used', used_by: name, used_at: bound_at, expires_at },
    ]);
    expect(bound.entry).toEqual({ boundKey: hash, boundAt: instant(bound_at), expiresAt: instant(expires_at) });
    expect(await cachesOf(site, hash, name)).toEqual({ card: 0, user: 0, config: 0 });
    await closeDialog(page);
    await card.getByText('已使用').first().waitFor();
    expect(await storyOf(card)).toEqual(['绑定', '导出明文', '发卡']);

    // In the meantime the site runs on and fills its caches again.
    await fillCaches(site, hash, name);
    await card.getByRole('link', { name, exact: true }).first().click();
    const membership = drawerOf(page, name).getByRole('table', { name: '会员' });
    await membership.waitFor();
    expect(await membership.getByRole('row').nth(1).textContent()).toMatch(/^月卡手动发放已使用\d{4}-\d\d-\d\d/);

    await page.getByRole('link', { name: '操作记录', exact: true }).click();
    await page.getByRole('grid', { name: '操作记录' }).getByText('绑定卡密').first().click();
    await page.getByRole('complementary').getByRole('button', { name: '撤销…' }).click();
    await dialog(page).getByText('将 1 个对象恢复到变更之前。').waitFor();
    await dialog(page).getByRole('button', { name: '撤销 1 个变更' }).click();
    await dialog(page).getByText(allInEffect).waitFor();
    await closeDialog(page);

    expect(await membershipOf(site, hash, name)).toEqual(before);
    expect(await configOf(site), 'the whole config').toEqual(config);
    expect(await cachesOf(site, hash, name)).toEqual({ card: 0, user: 0, config: 0 });
    const [bind, undo, ...more] = (await cardAudit(site, since)).filter(
      ({ operation }) => operation === 'cards.bind' || operation === 'audit.undo',
    );
    expect(more).toEqual([]);
    expect(bind).toMatchObject({ operation: 'cards.bind', outcome: 'done', undone_by: undo?.id });
    expect(undo).toMatchObject({ operation: 'audit.undo', outcome: 'done', undo_of: bind?.id });

    await openUsers(page);
    await find(page, name);
    await rowOf(page, name).locator('[data-username]').click();
    await drawerOf(page, name).getByText('没有绑定过卡密。').waitFor();
    await openCards(page);
    await page.keyboard.press('/');
    await paste(console, key);
    await card.getByText('未使用').first().waitFor();
    await card.getByRole('button', { name: '绑定…' }).waitFor();
    expect(await storyOf(card)).toEqual(['撤销', '绑定', '导出明文', '发卡']);
    expect(keysIn(`"${key.toLowerCase()}"`, keys, 'E2E'), 'what the next line looks for').toEqual([key]);
    expect(await keysWrittenDown(site, keys, 'E2E')).toEqual([]);
  });

  it('says in sight of the button who is meant by a name that is somebody else’s', async () => {
    const { page } = console;
    await site.rows("INSERT INTO users (username, password_hash, role) VALUES ('🍣lover', 'x', 'user')");
    await page.setViewportSize({ width: 1280, height: 800 });
    await openCards(page);
    await page.getByRole('button', { name: '发卡…' }).click();
    await dialog(page).getByText('粘贴用户名').click();
    await dialog(page).locator('textarea').fill('🍺lover');
    await dialog(page).getByRole('button', { name: '发卡 1 张' }).and(page.locator(':enabled')).waitFor();
    const sentence = dialog(page).locator('.md-change-sentence');
    const told = dialog(page).getByRole('alert').filter({ hasText: '🍣lover' });
    await told.waitFor();
    expect(await sentence.evaluate((it) => it.nextElementSibling?.textContent ?? '')).toContain('🍣lover');
    // The operator reads the sentence first. When it is visible, this notice must be visible, too.
    await sentence.evaluate((it) => it.scrollIntoView({ block: 'nearest' }));
    const [above, below] = [await told.boundingBox(), await dialog(page).locator('.md-change-bar').boundingBox()];
    expect(above?.y).toBeLessThan((below?.y ?? 0) - 20);
    await dialog(page).getByRole('button', { name: '取消' }).click();
  });

  it('is issued from a terminal, once for a key however often it is sent', async () => {
    const once = randomUUID();
    const wanted = { type: 'week', count: 50, channel: once };
    const preview = await moondesk(site, ['cards.issue.preview', JSON.stringify(wanted)]);
    expect(preview.code, preview.stderr).toBe(0);
    expect(JSON.parse(preview.stdout)).toMatchObject({ count: 50, bits: 75, fingerprint: expect.any(String) });
    const before = await countOf(site, 'card_keys');

    const words = ['cards.issue', JSON.stringify(wanted), '--yes', '--key', once];
    const first = await moondesk(site, words);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toMatch(/: 50$/m);
    expect(JSON.parse(first.stdout)).toMatchObject({ operation: 'cards.issue', state: 'done', done: 50 });
    const again = await moondesk(site, words);
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(first.stdout));
    const batches = await site.rows<{ id: string }>('SELECT id FROM console_card_batches WHERE channel = ?', [once]);
    expect(batches).toHaveLength(1);
    const issued = await batchOf(site, String(batches[0]?.id));
    expect(issued).toMatchObject({ wanted: 50, issued: 50, job: { state: 'done' } });
    expect(disagreements(issued)).toEqual([]);
    expect(await countOf(site, 'card_keys')).toBe(before + 50);
    expect((await cardAudit(site, since)).filter(({ origin }) => origin === 'terminal')).toMatchObject([
      { operation: 'cards.issue', operator: demoOwner.username, outcome: 'done' },
    ]);
  });
});

async function countOf(site: E2eSite, table: 'card_keys' | 'console_card_batches'): Promise<number> {
  const [row] = await site.rows<{ n: string }>(`SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.n);
}

function numberIn(text: string | null, pattern: RegExp): number {
  return Number(pattern.exec(text ?? '')?.[1]?.replaceAll(',', '') ?? 0);
}

/** A MySQL time in milliseconds. */
const instant = (time: unknown): number => Date.parse(`${String(time).replace(' ', 'T')}Z`);

async function openCards(page: Page): Promise<void> {
  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await page.getByRole('grid', { name: '卡密' }).locator('[data-card]').first().waitFor();
}

const batchRow = (page: Page, id: string): Locator =>
  page
    .getByRole('grid', { name: '批次' })
    .locator('[role="row"]')
    .filter({ has: page.locator(`[data-batch="${id}"]`) });

const batchDrawer = (page: Page, id: string): Locator => page.getByRole('complementary', { name: `批次 #${id}` });

/** The counts by state in the batch's drawer. */
async function funnelOf(drawer: Locator): Promise<Record<string, string>> {
  const rows = drawer.getByRole('table', { name: '去向' }).locator('tbody tr');
  await rows.first().waitFor();
  const cells = await Promise.all((await rows.all()).map((row) => row.locator('td').allTextContents()));
  return Object.fromEntries(cells.map(([state = '', keys = '']) => [state, keys]));
}

/** The history of a card in its drawer, newest first. */
const storyOf = (drawer: Locator): Promise<string[]> =>
  drawer.getByRole('list', { name: '经历' }).locator('.md-strong').allTextContents();

/** The lines of the only saved TXT file; empty before it exists. */
async function exported({ data }: ConsoleWindow): Promise<string[]> {
  const name = (await readdir(data)).find((file) => file.endsWith('.txt'));
  return name === undefined ? [] : (await readFile(join(data, name), 'utf8')).split('\n').filter((line) => line !== '');
}

/** Puts a text on the clipboard and presses the keys to paste it. */
async function paste({ app, page }: ConsoleWindow, text: string): Promise<void> {
  await app.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);
  await page.keyboard.press('Control+v');
}
