import type { Locator, Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { openedWindow } from './support/opened.js';

describe('batches by channel, and figures that are links', () => {
  const { site, console } = openedWindow({ users: 2_000 });

  const batchesOf = async (where: string): Promise<number> => {
    const [row] = await site.rows<{ n: string }>(`SELECT COUNT(*) AS n FROM console_card_batches WHERE ${where}`);
    return Number(row?.n);
  };

  it('searches and filters batches by the keyboard alone', async () => {
    const { page } = console;
    const keys = page.keyboard;
    await go(page, '/cards/batches');
    const all = await batchesOf('1 = 1');
    await countIs(page, all);
    const [{ channel, n } = { channel: '', n: '0' }] = await site.rows<{ channel: string; n: string }>(
      'SELECT channel, COUNT(*) AS n FROM console_card_batches WHERE channel IS NOT NULL GROUP BY channel ORDER BY COUNT(*) DESC, channel LIMIT 1',
    );
    const none = await batchesOf('channel IS NULL');
    expect(Number(n)).toBeLessThan(all);
    expect(none).toBeGreaterThan(0);

    await keys.press('f');
    await keys.press('Enter');
    await keys.type(channel);
    const option = page.getByRole('option', { name: channel });
    await option.waitFor();
    expect(await option.textContent(), 'with how many batches it has').toBe(`${channel}${n}`);
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await page.getByRole('button', { name: `渠道：${channel}`, exact: true }).waitFor();
    await countIs(page, Number(n));
    expect(new Set(await columnOf(page, 6))).toEqual(new Set([channel]));

    await go(page, '/cards/batches');
    await keys.press('f');
    await keys.press('Enter');
    await keys.type('没有');
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await page.getByRole('button', { name: '渠道：没有渠道', exact: true }).waitFor();
    await countIs(page, none);
    expect(new URL(page.url()).hash).toContain('noChannel=true');

    await go(page, '/cards/batches');
    await keys.press('/');
    await keys.type(channel);
    await countIs(page, await batchesOf(`channel LIKE '%${channel}%' OR note LIKE '%${channel}%'`));
    await keys.press('Enter');
    await keys.press('Escape');
  });

  it('opens the figures by the keyboard, and from each of them the list that it counts', async () => {
    const { page } = console;
    const keys = page.keyboard;
    await go(page, '/cards/batches');
    await tabTo(page, page.getByRole('button', { name: '按渠道统计' }));
    await keys.press('Enter');
    const figures = page.getByRole('region', { name: '按渠道统计' });
    const used = figures.getByRole('link', { name: /· 已使用 / }).first();
    await used.waitFor();
    expect(new URL(page.url()).hash).toContain('figures=true');
    const shown = await linksOf(figures);
    expect(shown.length).toBeGreaterThan(8);

    const count = numberIn(await used.textContent());
    await tabTo(page, used);
    await keys.press('Enter');
    await page.getByRole('grid', { name: '卡密' }).waitFor();
    await countIs(page, count);
    await page.goBack();
    await figures.waitFor();

    await eachAgrees(
      page,
      shown.filter(({ name }) => !name.includes('已导出')),
    );
  });

  it('counts within the filters of the list', async () => {
    const { page } = console;
    const operator = "operator = 'moonowner'";
    const [{ note } = { note: '' }] = await site.rows<{ note: string }>(
      `SELECT note FROM console_card_batches WHERE ${operator} AND note IS NOT NULL AND channel IS NOT NULL LIMIT 1`,
    );
    await go(page, `/cards/batches?figures=true&q=${encodeURIComponent(note)}&operator=moonowner`);
    const figures = page.getByRole('region', { name: '按渠道统计' });
    await figures.getByRole('link').first().waitFor();
    const shown = (await linksOf(figures)).filter(({ name }) => !name.includes('已导出'));
    const counted = shown.filter(({ name }) => name.includes('· 批次 ')).reduce((sum, { count }) => sum + count, 0);
    expect(counted).toBe(await batchesOf(`${operator} AND note LIKE '%${note}%'`));
    await eachAgrees(page, shown);
  });

  it('opens the cards of a batch in a state from its drawer', async () => {
    const { page } = console;
    await go(page, '/cards/batches');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const funnel = page.getByRole('table', { name: '去向' });
    await funnel.getByRole('link').first().waitFor();
    const links = await linksOf(funnel);
    expect(links.length).toBeGreaterThan(0);
    await eachAgrees(page, links);
  });

  it('has no figure of the stock that differs from its list', async () => {
    const { page } = console;
    await go(page, '/cards/overview');
    const main = page.locator('.md-stock');
    await main.locator('.md-stock-lines').first().waitFor();
    await main.getByRole('button', { name: '显示表格' }).click();
    // The console itself marks stale cards as expired, perhaps just now.
    const links = (await linksOf(main)).filter(({ href }) => !href.includes('stale'));
    expect(links.length).toBeGreaterThan(40);
    await eachAgrees(page, links);
  });
});

interface Figure {
  readonly name: string;
  readonly href: string;
  readonly count: number;
}

const numberIn = (text: string | null): number =>
  Number(/[\d,]+/.exec(text ?? '')?.[0].replaceAll(',', '') ?? Number.NaN);

/** The figures in an element that are links. Of those with the same list, one. */
async function linksOf(within: Locator): Promise<readonly Figure[]> {
  const links = await within.getByRole('link').evaluateAll((all) =>
    all.map((one) => ({
      name: one.getAttribute('aria-label') ?? one.textContent ?? '',
      href: one.getAttribute('href') ?? '',
      text: one.textContent ?? '',
    })),
  );
  const figures = links
    .map(({ name, href, text }) => ({ name, href, count: numberIn(text.replace('近 30 天', '')) }))
    .filter(({ count }) => !Number.isNaN(count));
  return [...new Map(figures.map((one) => [one.href, one])).values()];
}

/** Opens the list of each figure: its title counts as many rows. */
async function eachAgrees(page: Page, figures: readonly Figure[]): Promise<void> {
  for (const { name, href, count } of figures) {
    await go(page, href.replace(/^.*#/, ''));
    await expect.poll(() => countOf(page), { message: `${name} (${href})`, timeout: 5_000 }).toBe(count);
  }
}

async function go(page: Page, address: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, address);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

const countOf = async (page: Page): Promise<number> => {
  const shown = page.locator('.md-page-count');
  return (await shown.count()) === 0 ? Number.NaN : numberIn(await shown.textContent());
};

const countIs = (page: Page, count: number): Promise<void> => expect.poll(() => countOf(page)).toBe(count);

/** The texts of a column of the batches, by its place. */
const columnOf = (page: Page, at: number): Promise<string[]> =>
  page
    .getByRole('grid', { name: '批次' })
    .locator(`[role="row"] [data-column="${String(at)}"]`)
    .allTextContents();

async function tabTo(page: Page, target: Locator): Promise<void> {
  const has = () => target.evaluate((one) => one === document.activeElement).catch(() => false);
  for (let step = 0; step < 60 && !(await has()); step++) await page.keyboard.press('Tab');
  expect(await has()).toBe(true);
}
