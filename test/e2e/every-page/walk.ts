import type { Page } from 'playwright-core';
import { barriersOf, enlarged, outOfReach, settled, unseen } from './examine.js';
import type { Keys } from './keys.js';
import { layers, type View } from './views.js';

export interface Walk {
  readonly by: Keys;
  /** Makes everything in the window so many times as large. */
  readonly zoom: (factor: number) => Promise<void>;
  /** In which themes axe looks. */
  readonly themes: readonly ('light' | 'dark')[];
  /** Also at twice the size and in forced colours. */
  readonly sizes: boolean;
  /** Takes a picture. */
  readonly picture?: (name: string) => Promise<void>;
}

/** Goes through views by keys alone. Answers what is wrong, by view; views in which nothing is wrong answer nothing. */
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
      // What is opened from it in turn may move the focus.
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

async function examine({ by: { page }, zoom, themes, sizes, picture }: Walk, { name, layer }: View): Promise<string[]> {
  const wrong: string[] = [];
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor({ state: 'attached' });
    wrong.push(...(await barriersOf(page, layer)).map((one) => `${theme}: ${one}`));
    await picture?.(`${name} ${theme}`);
  }
  if (!sizes) return wrong;
  wrong.push(...(await unseen(page, layer)).map((one) => `forced colours: ${one}`));
  if (picture) {
    await page.emulateMedia({ forcedColors: 'active' });
    await picture(`${name} forced`);
    await page.emulateMedia({ forcedColors: 'none' });
  }
  wrong.push(...(await outOfReach(page, layer)));
  const reach = await enlarged(page, zoom, async () => {
    await picture?.(`${name} twice`);
    // What floats is moved into the window a moment after the window has changed.
    let out = await outOfReach(page, layer);
    for (let at = 0; at < 10 && out.length > 0; at += 1) {
      await page.waitForTimeout(100);
      out = await outOfReach(page, layer);
    }
    return out;
  });
  wrong.push(...reach.map((one) => `200 %: ${one}`));
  return wrong;
}

/** Closes what opened, and says where the focus went if not back. */
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
  // Where nothing had it before, nothing has to have it afterwards.
  const back = () =>
    page.evaluate((one) => one === null || one === document.body || one === document.activeElement, opener);
  for (let at = 0; at < 20 && !(await back()); at += 1) await page.waitForTimeout(25);
  if (!(await back()))
    wrong.push(
      `the focus is not back where it came from, but on ${await page.evaluate(() => (document.activeElement ?? document.body).outerHTML.slice(0, 120))}`,
    );
  return wrong;
}
