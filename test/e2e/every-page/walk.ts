import type { Page } from 'playwright';
import { barriersOf, coloured, cutShort, enlarged, outOfReach, settled, unseen } from './examine.js';
import type { Keys } from './keys.js';
import { layers, type View } from './views.js';

export interface Walk {
  readonly by: Keys;
  /** Zooms the whole window by a factor. */
  readonly zoom: (factor: number) => Promise<void>;
  /** The themes in which axe checks. */
  readonly themes: readonly ('light' | 'dark')[];
  /** Titles of the window that were met, with the address of the page. */
  readonly titles: Map<string, string>;
  /** Whether to check also enlarged and in forced colours. */
  readonly sizes: boolean;
  /** Words of another language and codes that a view shows. */
  readonly stray: (layer: View['layer']) => Promise<string[]>;
  /** Saves a picture. */
  readonly picture?: (name: string) => Promise<void>;
}

/** Goes through the views by keys alone. Returns the faults by view; a view without faults is missing. */
export async function walk(
  walking: Walk,
  views: readonly View[],
  faults: Record<string, readonly string[]> = {},
): Promise<typeof faults> {
  for (const view of views) {
    const wrong: string[] = [];
    try {
      await view.open(walking.by);
      await walking.by.page
        .locator(view.shows ?? layers[view.layer])
        .first()
        .waitFor();
      // Inner views may move the focus, so it is remembered only for views without any.
      const opener = view.inside === undefined ? walking.by.takeOpener() : null;
      await settled(walking.by.page);
      wrong.push(...(await examine(walking, view)));
      await walk(walking, view.inside ?? [], faults);
      wrong.push(...(await leave(walking.by.page, view, opener)));
    } catch (error) {
      wrong.push(String(error).slice(0, 600));
      await walking.picture?.(`${view.name} lost`);
      for (let at = 0; at < 4; at += 1) await walking.by.press('Escape');
    }
    if (wrong.length > 0) faults[view.name] = wrong;
  }
  return faults;
}

/** Each page has a title of its own in the window's title bar. */
async function titleOf(page: Page, titles: Map<string, string>): Promise<string[]> {
  const { title, path } = await page.evaluate(() => ({
    title: document.title,
    path: location.hash.split('?')[0] ?? '',
  }));
  const other = titles.get(title) ?? path;
  titles.set(title, path);
  return other === path ? [] : [`${path} and ${other} are both called “${title}”`];
}

async function examine(
  { by: { page }, zoom, themes, sizes, titles, stray, picture }: Walk,
  { name, layer }: View,
): Promise<string[]> {
  const wrong = [...(await stray(layer)), ...(await cutShort(page, layer))];
  if (layer === 'page' || layer === 'door') wrong.push(...(await titleOf(page, titles)));
  for (const theme of themes) {
    await coloured(page, { colorScheme: theme });
    wrong.push(...(await barriersOf(page, layer)).map((one) => `${theme}: ${one}`));
    await picture?.(`${name} ${theme}`);
  }
  if (!sizes) return wrong;
  wrong.push(...(await unseen(page, layer)).map((one) => `forced colours: ${one}`));
  if (picture) {
    await coloured(page, { forcedColors: 'active' });
    await picture(`${name} forced`);
    await coloured(page, { forcedColors: 'none' });
  }
  wrong.push(...(await outOfReach(page, layer)));
  for (const percent of picture ? [125, 150, 200] : [200])
    wrong.push(...(await enlargedBy(percent)).map((one) => `${String(percent)} %: ${one}`));
  return wrong;

  function enlargedBy(percent: number): Promise<string[]> {
    return enlarged(page, zoom, percent / 100, async () => {
      await picture?.(`${name} ${String(percent)}`);
      // Floating elements move back into the window a moment after its size has changed.
      let out = await outOfReach(page, layer);
      for (let at = 0; at < 10 && out.length > 0; at += 1) {
        await page.waitForTimeout(100);
        out = await outOfReach(page, layer);
      }
      return out;
    });
  }
}

/** Closes the view, and reports where the focus went if it did not return. */
async function leave(page: Page, view: View, opener: ReturnType<Keys['takeOpener']>): Promise<string[]> {
  const { closes = view.layer === 'page' || view.layer === 'door' ? null : 'Escape' } = view;
  if (closes === null) return [];
  const wrong: string[] = [];
  for (const key of closes.split(' ')) await page.keyboard.press(key);
  try {
    await page
      .locator(view.shows ?? layers[view.layer])
      .first()
      .waitFor({ state: 'detached', timeout: 3_000 });
  } catch {
    return [`${closes} does not close it`];
  }
  // If nothing had the focus before, it may be anywhere afterwards.
  const back = () =>
    page.evaluate((one) => one === null || one === document.body || one === document.activeElement, opener);
  for (let at = 0; at < 20 && !(await back()); at += 1) await page.waitForTimeout(25);
  if (!(await back()))
    wrong.push(
      `the focus is not back where it came from, but on ${await page.evaluate(() => (document.activeElement ?? document.body).outerHTML.slice(0, 120))}`,
    );
  return wrong;
}
