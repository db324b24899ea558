import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGallery } from '../../build/gallery/open.mjs';
import { inRoot } from '../../build/lib/paths.mjs';
import { barriersOf, misfitsOf } from './gallery/faults.js';
import { looksOf, written } from './gallery/looks.js';

declare global {
  interface Window {
    /** What the gallery says of itself (renderer/gallery/shown.ts). */
    readonly gallery?: { missing(): readonly string[]; loaded(): boolean };
  }
}

/** For people, to look at the gallery without a display: pictures of all looks in out/gallery/pictures. */
const pictures = process.env['MOONDESK_GALLERY'] !== undefined;

const looks = [
  { language: 'zh-CN', theme: 'light' },
  { language: 'en', theme: 'light' },
  { language: 'zh-CN', theme: 'dark' },
  { language: 'en', theme: 'dark' },
] as const;

/** Milliseconds for a step of opening it: several hundred modules are made on the way, and a machine may be busy. */
const loadMs = 120_000;

let gallery: Awaited<ReturnType<typeof openGallery>>;
let page: Page;

beforeAll(async () => {
  gallery = await openGallery();
  page = gallery.page;
});
afterAll(() => gallery.close());

/**
 * The components of ui/, each in its states. What is compared is the computed style of every element: pictures differ
 * from machine to machine, because fonts do.
 */
describe.each(looks)('the gallery of ui/ in $language, $theme', ({ language, theme }) => {
  beforeAll(async () => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.goto(`${gallery.address}?language=${language}`, { timeout: loadMs });
    await page.locator(`html[lang="${language}"][data-mantine-color-scheme="${theme}"]`).waitFor({ timeout: loadMs });
    await page.waitForFunction(() => window.gallery?.loaded() === true, undefined, { polling: 500, timeout: loadMs });
  }, 3 * loadMs);

  it('shows every component that ui/ exports', async () => {
    expect(await page.evaluate(() => window.gallery?.missing())).toEqual([]);
  });

  it('looks as it did', async () => {
    const all = await stillLooks(page, theme);
    const order = await page
      .locator('[data-example]')
      .evaluateAll((found) => found.map((one) => one.getAttribute('data-example') ?? ''));
    expect(Object.keys(all).toSorted()).toEqual(order.toSorted());
    const ordered = Object.fromEntries(order.map((example) => [example, all[example] ?? []]));
    await expect(written(ordered)).toMatchFileSnapshot(`gallery/${theme}.txt`);
  });

  it.runIf(pictures)('is pictured', async () => {
    const folder = inRoot('out', 'gallery', 'pictures');
    await mkdir(folder, { recursive: true });
    for (const section of await page.locator('[data-section]').all()) {
      const name = await section.getAttribute('data-section');
      const picture = await section.screenshot({
        path: join(folder, `${name}.${language}.${theme}.png`),
        animations: 'disabled',
      });
      expect(picture.length).toBeGreaterThan(5_000);
    }
  });

  // Contrast depends on the theme, and what fits on the language: two of the four looks have both.
  it.runIf(theme === (language === 'en' ? 'dark' : 'light'))('can be read, pressed and operated by keys', async () => {
    expect(await barriersOf(page)).toEqual([]);
    const misfits = await Promise.all(page.frames().map((frame) => misfitsOf(frame)));
    expect(misfits.flat()).toEqual([]);
  });
});

/** How the examples look once nothing has changed for longer than it takes a slow change to offer its stop button. */
async function stillLooks(page: Page, theme: 'light' | 'dark'): Promise<Record<string, readonly string[]>> {
  const now = async (): Promise<Record<string, readonly string[]>> =>
    Object.fromEntries(
      (await Promise.all(page.frames().map((frame) => looksOf(frame, theme)))).flatMap((looks) =>
        Object.entries(looks),
      ),
    );
  let [last, still] = [await now(), 0];
  while (still < 3) {
    await page.waitForTimeout(800);
    const next = await now();
    still = JSON.stringify(next) === JSON.stringify(last) ? still + 1 : 0;
    last = next;
  }
  return last;
}
