import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoOwner } from '../../build/lib/demo-owner.mjs';
import { inRoot } from '../../build/lib/paths.mjs';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { Keys, type Language, textsOf } from './every-page/keys.js';
import { type View, viewsOf } from './every-page/views.js';
import { type Walk, walk } from './every-page/walk.js';
import { dataOf, menuOf, strayIn, strayWords } from './every-page/words.js';
import { type E2eSite, emptySite, siteOf } from './support/site.js';
import { type ConsoleWindow, openWindow } from './support/window.js';

/** Set by `npm run soak -- every-page`: it checks each language in each theme completely, with pictures. */
const soak = process.env['MOONDESK_EVERY_PAGE'];

interface Look extends Pick<Walk, 'themes' | 'sizes'> {
  readonly language: Language;
}

/**
 * One theme per language is enough here: whether a view fits does not depend on the theme. Sizes are checked in
 * English, because its words are longer.
 */
const once: readonly Look[] = [
  { language: 'zh-CN', themes: ['light'], sizes: false },
  { language: 'en', themes: ['dark'], sizes: true },
];
const looks =
  soak === undefined ? once : once.map((look): Look => ({ ...look, themes: ['light', 'dark'], sizes: true }));

describe('every page and all that opens over it', () => {
  const closing: { close(): Promise<void> }[] = [];
  let folder: string;
  let foreign: E2eSite;
  let ownerless: E2eSite;
  function keep<T extends { close(): Promise<void> }>(one: T): T {
    closing.push(one);
    return one;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moondesk-every-page-'));
    await writeFile(join(folder, 'keys.txt'), Array.from({ length: 30 }, (_, at) => `OldShop${at + 100}`).join('\n'));
    [foreign, ownerless] = await Promise.all([emptySite('mariadb'), emptySite('mariadb')]);
    keep(foreign);
    const { config } = keep(ownerless).database;
    await foreign.rows('CREATE TABLE wp_posts (id INT PRIMARY KEY, post_title TEXT)');
    await createRunner({ connection: () => createConnection(config), folder: inRoot('migrations') }).apply();
  });
  afterAll(async () => {
    for (const one of closing.reverse()) await one.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(looks)(
    'is reached, left, read and seen by keys alone, in $language and $themes',
    { timeout: soak === undefined ? 600_000 : 1_800_000 },
    async ({ language, themes, sizes }) => {
      const site = keep(await siteOf('mariadb', { users: 300, environment: 'production' }));
      const window = keep(await openWindow({ ...site.env, MOONDESK_IMPORT_FILE: join(folder, 'keys.txt') }));
      const by = new Keys(window.page, await textsOf(language));
      if (language === 'en') {
        await by.to('EN');
        await by.press('Enter');
        await window.page.locator('html[lang="en"]').waitFor();
      }
      const stray = async (layer: View['layer']) => strayIn(window.page, layer, language, await dataOf(site));
      const { host, database } = site.database.config;
      const views = viewsOf({
        connection: `${database}@${host}`,
        owner: demoOwner,
        foreign: foreign.env,
        ownerless: ownerless.env,
        untidy: () =>
          site.rows(
            `UPDATE card_keys SET status = 'unused' WHERE status = 'expired' AND bound_to IS NULL
               AND expires_at <= UTC_TIMESTAMP() AND id NOT IN (SELECT card_id FROM console_card_marks) LIMIT 20`,
          ),
      });
      expect(
        await walk(
          {
            by,
            themes,
            sizes,
            titles: new Map(),
            stray,
            zoom: zoomOf(window),
            ...(await picturesOf(window, language)),
          },
          views,
        ),
      ).toEqual({});
      expect(strayWords(await menuOf(window.app), language, '')).toEqual([]);
    },
  );
});

/** Zooms as the window's menu does. */
const zoomOf =
  ({ app }: ConsoleWindow) =>
  (factor: number) =>
    app.evaluate(({ BrowserWindow }, by) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(by), factor);

/** Pictures are saved to the folder that the soak test passes. */
async function picturesOf({ app, page }: ConsoleWindow, language: string) {
  if (soak === undefined) return {};
  const folder = join(soak, language);
  await mkdir(folder, { recursive: true });
  return {
    picture: async (name: string) => {
      await painted(page);
      // By Electron: Playwright takes only a part of a zoomed window.
      const picture = await app.evaluate(async ({ BrowserWindow }) =>
        (await BrowserWindow.getAllWindows()[0]?.webContents.capturePage())?.toPNG().toString('base64'),
      );
      await writeFile(join(folder, `${name}.png`), picture ?? '', 'base64');
    },
  };
}

/** Waits until two frames have been drawn: the one before may have been on its way when the page changed. */
const painted = (page: ConsoleWindow['page']): Promise<void> =>
  page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
