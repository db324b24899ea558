import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ElectronApplication, Page } from 'playwright';
import { launchElectron } from '../../build/electron-app.mjs';
import { median, report } from './report.js';

const rounds = 9;
const calls = 500;

/** A window with only a bare `ipcRenderer.invoke`, in the same process as the console. */
async function bareWindow(app: ElectronApplication, preload: string): Promise<Page> {
  const opened = app.waitForEvent('window');
  await app.evaluate(async ({ BrowserWindow, ipcMain }, path) => {
    ipcMain.handle('bench:bare', () => ({ ok: true, value: { at: new Date().toISOString() } }));
    const window = new BrowserWindow({
      width: 200,
      height: 200,
      webPreferences: { preload: path, sandbox: true, contextIsolation: true },
    });
    await window.loadURL('about:blank');
  }, preload);
  return opened;
}

/** Milliseconds per call, over many consecutive calls: the page's clock is too coarse for one. */
function ours(page: Page): Promise<number> {
  return page.evaluate(async (count) => {
    const { moondesk } = window as unknown as { moondesk: { call(call: object): Promise<{ ok: boolean }> } };
    const from = performance.now();
    for (let turn = 0; turn < count; turn += 1) {
      const answer = await moondesk.call({
        id: `bench-${String(turn)}`,
        operation: 'desk.ping',
        input: {},
        language: 'en',
      });
      if (!answer.ok) throw new Error('desk.ping was refused');
    }
    return (performance.now() - from) / count;
  }, calls);
}

function bare(page: Page): Promise<number> {
  return page.evaluate(async (count) => {
    const { bench } = window as unknown as { bench: { call(): Promise<unknown> } };
    const from = performance.now();
    for (let turn = 0; turn < count; turn += 1) await bench.call();
    return (performance.now() - from) / count;
  }, calls);
}

/** `ipc.call`: an operation over the bridge (parsing, sender, schema, role, envelope) against a bare ipcMain.handle. */
export async function benchIpc(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'moondesk-bench-'));
  const preload = join(folder, 'bare.cjs');
  writeFileSync(
    preload,
    "const { contextBridge, ipcRenderer } = require('electron');\ncontextBridge.exposeInMainWorld('bench', { call: () => ipcRenderer.invoke('bench:bare') });\n",
  );
  const app = await launchElectron({
    env: { MOONDESK_DATA: join(folder, 'data'), MYSQL_HOST: undefined, REDIS_URL: undefined },
  });
  try {
    const page = await app.firstWindow();
    await page.waitForLoadState('load');
    // The page's own start is over once it has painted the sign-in page.
    await wait(1_500);
    const other = await bareWindow(app, preload);
    await ours(page);
    await bare(other);
    const figures = { ours: [] as number[], bare: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      figures.ours.push(await ours(page));
      figures.bare.push(await bare(other));
    }
    const [mine, reference] = [median(figures.ours), median(figures.bare)];
    report({
      name: 'ipc.call',
      ours: mine,
      reference,
      unit: 'ms',
      better: 'lower',
      note: `difference ${(mine - reference).toFixed(3)} ms`,
    });
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
