// @ts-check
/// <reference lib="dom" />
/**
 * Screenshots of every page in the real window. Without arguments: of the console that the environment describes, to
 * out/screens/. With `--docs`: of its own demo site, in both languages and both themes, to docs/screens/.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchElectron } from './electron-app.mjs';
import { startGuard } from './lib/guard.mjs';
import { inRoot } from './lib/paths.mjs';
import { seconds } from './lib/progress.mjs';
import { hasDisplay, startXvfb } from './lib/xvfb.mjs';
import { oldKeys } from './screens/batches.mjs';
import { Camera, everyLook, wear } from './screens/camera.mjs';
import { door, pages, signIn } from './screens/scenes.mjs';
import { setUp } from './setup/index.mjs';

const since = performance.now();
const docs = process.argv.includes('--docs');
const folder = docs ? inRoot('docs', 'screens') : inRoot('out', 'screens');
const looks = docs ? everyLook : everyLook.slice(0, 1);
/** @type {(() => unknown)[]} the last one runs first */
const endings = [];

try {
  await setUp();
  const env = docs ? await ownDemo() : process.env;
  await photograph(env);
  process.stderr.write(`screens: ${readdirSync(folder).length} pictures, ${seconds(since)}\n`);
} catch (error) {
  process.stderr.write(`screens: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  for (const end of endings.reverse()) await end();
}
process.exit();

/**
 * @returns {Promise<Record<string, string | undefined>>} the environment of a console on a demo site that exists only
 *   for this run
 */
async function ownDemo() {
  const guard = startGuard();
  endings.push(() => guard.close());
  const [{ bundle }, { demoEnv }] = await Promise.all([import('./bundle.mjs'), import('./start/served-demo.mjs')]);
  const { tsImport } = await import('tsx/esm/api');
  /** @type {typeof import('./screens/site.ts')} */
  const { startScreenSite } = await tsImport('./screens/site.ts', import.meta.url);
  const [site] = await Promise.all([startScreenSite(guard), bundle()]);
  endings.push(site.stop);
  if (hasDisplay()) return demoEnv(site);
  const { display, pid, stop } = await startXvfb();
  guard.add(pid, 2_000);
  endings.push(stop);
  return { ...demoEnv(site), DISPLAY: display };
}

/** @param {Record<string, string | undefined>} env */
async function photograph(env) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const data = mkdtempSync(join(tmpdir(), 'moondesk-screens-'));
  endings.push(() => rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  // No one is there to choose a file to import.
  const keys = join(data, '老卡密.txt');
  writeFileSync(keys, oldKeys());
  const app = await launchElectron({ env: { ...env, MOONDESK_DATA: data, MOONDESK_IMPORT_FILE: keys } });
  endings.push(() => app.close());
  const page = await app.firstWindow();
  page.setDefaultTimeout(15_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.locator('.md-frame').waitFor();
  const [first] = looks;
  if (first) await wear(page, first);

  const camera = new Camera(page, folder, looks);
  const demo = env['MOONDESK_DEMO'] === '1';
  await door(page, camera, env['MYSQL_HOST'] ? 'sign-in' : 'connect');
  // Only the demo's password is known; of any other site only the sign-in page is shown.
  if (!demo) return;
  await signIn(page);
  await pages(page, camera, { every: docs });
  if (!docs) return;
  await resize(app, 1920, 1080);
  await page.evaluate(() => {
    location.hash = '/users';
  });
  await page.getByRole('grid').locator('[data-username]').first().waitFor();
  await new Camera(page, folder, looks).take('users-1920x1080');
}

/** @param {import('playwright').ElectronApplication} app @param {number} width @param {number} height */
async function resize(app, width, height) {
  await app.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
    { width, height },
  );
}
