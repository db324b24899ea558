import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchElectron } from '../../build/electron-app.mjs';
import { startXvfb } from '../../build/lib/xvfb.mjs';
import { outOfReach } from './every-page/examine.js';
import { type E2eSite, siteOf } from './support/site.js';
import { dialog, openUsers, signIn } from './support/window.js';

/** A laptop, of which nothing but the window is in use. */
const screen = { width: 1366, height: 768 };

let site: E2eSite;
let laptop: Awaited<ReturnType<typeof startXvfb>>;
beforeAll(async () => {
  laptop = await startXvfb({ size: `${String(screen.width)}x${String(screen.height)}x24` });
  site = await siteOf('mariadb', { users: 300, environment: 'production' });
});
afterAll(async () => {
  await site.close();
  await laptop.stop();
});

/** The console on the laptop, with a data folder that another screen may have left. */
async function onLaptop(left: object | null) {
  const data = await mkdtemp(join(tmpdir(), 'moondesk-laptop-'));
  if (left !== null) await writeFile(join(data, 'window.json'), JSON.stringify(left));
  const app = await launchElectron({ env: { ...site.env, MOONDESK_DATA: data, DISPLAY: laptop.display } });
  const page = await app.firstWindow();
  page.setDefaultTimeout(15_000);
  await page.locator('.md-frame').waitFor();
  return {
    app,
    page,
    bounds: () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()),
    close: async () => {
      await app.close();
      await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

test.each([
  ['at a first start', null],
  ['after a larger screen', { x: 40, y: 20, width: 2400, height: 1500, maximized: false }],
  ['after a screen on the left', { x: -300, y: 300, width: 1280, height: 700, maximized: false }],
])('%s the whole window is on the screen', async (_name, left) => {
  const opened = await onLaptop(left);
  try {
    const { x, y, width, height } = (await opened.bounds()) ?? { x: -1, y: -1, width: 0, height: 0 };
    expect(x).toBeGreaterThanOrEqual(0);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(screen.width);
    expect(y + height).toBeLessThanOrEqual(screen.height);
    expect(width).toBeGreaterThanOrEqual(1024);
    expect(height).toBeGreaterThanOrEqual(700);
  } finally {
    await opened.close();
  }
});

test('the connection’s name, its environment and its lock stay in view, however small or enlarged', async () => {
  const opened = await onLaptop(null);
  const { app, page } = opened;
  try {
    await signIn(page);
    await openUsers(page);
    // Unlocked and in English, the lock is longest.
    await page.getByRole('button', { name: '只读' }).click();
    const { host, database } = site.database.config;
    await dialog(page).getByRole('textbox').first().fill(`${database}@${host}`);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /可写/ }).waitFor();
    await page.getByRole('button', { name: 'Switch to English' }).click();
    for (const [width, height] of [
      [1280, 720],
      [1024, 700],
    ] as const) {
      for (const zoom of [1, 1.25, 1.5, 1.75, 2]) {
        await app.evaluate(
          ({ BrowserWindow }, [w, h, z]) => {
            const [window] = BrowserWindow.getAllWindows();
            window?.setContentSize(w, h);
            window?.webContents.setZoomFactor(z);
          },
          [width, height, zoom] as const,
        );
        await expect.poll(() => page.evaluate(() => innerWidth)).toBe(Math.round(width / zoom));
        const hidden = await page.evaluate(() =>
          ['.md-connection-name', '.md-connection .md-badge', '.md-lock'].filter((selector) => {
            const box = document.querySelector(selector)?.getBoundingClientRect();
            if (box === undefined || box.width < 20) return true;
            // What is on top at its two ends is it, or a part of it.
            return [box.left + 2, box.right - 2].some((x) => {
              const top = document.elementFromPoint(x, box.top + box.height / 2);
              return top?.closest(selector) === null || top === null;
            });
          }),
        );
        expect(hidden, `${String(width)}×${String(height)} at ${String(zoom)}`).toEqual([]);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
          `${String(width)}×${String(height)} at ${String(zoom)} has no sideways scrolling`,
        ).toBe(true);
      }
    }
  } finally {
    await opened.close();
  }
});

/** The lists, with the columns that are worth most while one works through them. */
const lists = [
  { address: '/users', row: '[data-username]', stay: ['用户名', '状态', '会员'] },
  { address: '/cards', row: '[data-card]', stay: ['卡密', '状态', '绑定用户'] },
  { address: '/cards/batches', row: '[data-batch]', stay: ['批次', '已生成', '任务'] },
  { address: '/audit', row: '[role="gridcell"]', stay: ['时间', '操作', '结果'] },
] as const;

test('beside an open drawer a list keeps its important columns, whole and without scrolling sideways', async () => {
  const opened = await onLaptop(null);
  const { app, page } = opened;
  try {
    await signIn(page);
    for (const [width, height] of [
      [1366, 768],
      [1280, 720],
    ] as const) {
      await app.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h), [
        width,
        height,
      ] as const);
      for (const { address, row, stay } of lists) {
        const seen = () =>
          page.evaluate(() => {
            const heads = [
              ...document.querySelectorAll<HTMLElement>(
                '[role="columnheader"] :is(.md-grid-label, .md-grid-sort > span)',
              ),
            ];
            const grid = document.querySelector('[role="grid"]');
            return {
              heads: heads.map((one) => one.textContent),
              cut: heads.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent),
              sideways: grid === null || grid.scrollWidth > grid.clientWidth,
            };
          });
        await page.evaluate((to) => {
          location.hash = to;
        }, address);
        await page.locator(`[role="grid"] ${row}`).first().waitFor();
        const alone = `${address} at ${String(width)}×${String(height)}, alone`;
        await expect.poll(async () => (await seen()).sideways, { message: alone }).toBe(false);
        const { heads: all } = await seen();
        await page.locator(`[role="grid"] ${row}`).first().click();
        await page.locator('aside.md-drawer').waitFor();
        const at = `${address} at ${String(width)}×${String(height)}`;
        await expect.poll(async () => (await seen()).sideways, { message: at }).toBe(false);
        const beside = await seen();
        expect(beside.heads, at).toEqual(expect.arrayContaining([...stay]));
        expect(beside.cut, at).toEqual([]);
        await page.keyboard.press('Escape');
        await page.locator('aside.md-drawer').waitFor({ state: 'detached' });
        expect((await seen()).heads, `${at}, closed again`).toEqual(all);
      }
    }
  } finally {
    await opened.close();
  }
});

test('the filters and their editors are within a window at 200 %, also one that is enlarged while they are open', async () => {
  const opened = await onLaptop(null);
  const { app, page } = opened;
  const zoomTo = async (factor: number) => {
    await app.evaluate(({ BrowserWindow }, by) => {
      const [window] = BrowserWindow.getAllWindows();
      window?.setContentSize(1280, 720);
      window?.webContents.setZoomFactor(by);
    }, factor);
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(1280 / factor);
  };
  const panel = page.locator('.md-filter-editor');
  const items = panel.locator('.md-filter-list > button');
  /** What floats moves into the window a moment after it has opened, or after the size has changed. */
  const within = (what: string) =>
    expect.poll(() => outOfReach(page, 'panel'), { message: what, timeout: 3_000 }).toEqual([]);
  try {
    await signIn(page);
    for (const { address, row } of lists) {
      await zoomTo(2);
      await page.evaluate((to) => {
        location.hash = to;
      }, address);
      await page.locator(`[role="grid"] ${row}`).first().waitFor();
      await page.keyboard.press('f');
      await items.first().waitFor();
      await within(`the filters of ${address}`);
      const names = await items.allTextContents();
      await page.keyboard.press('Escape');
      for (const [at, name] of names.entries()) {
        for (const zoom of [2, 1]) {
          await zoomTo(zoom);
          await page.keyboard.press('f');
          await items.nth(at).click();
          await panel.locator('.md-filter-title').waitFor();
          await zoomTo(2);
          await within(`${name} of ${address}, opened at ${String(zoom)}`);
          // The first Esc closes an open list of options.
          for (let press = 0; press < 2 && (await panel.count()) > 0; press += 1) await page.keyboard.press('Escape');
          await panel.waitFor({ state: 'detached' });
        }
      }
    }
  } finally {
    await opened.close();
  }
});
