import { createWriteStream, mkdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';
import type { Host } from '../operations/desk/desk.js';
import { translate } from '../contract/text.js';
import type { ShellContext } from './shell-context.js';

/**
 * Asks where to save with the system's dialog; `MOONDESK_EXPORT_FOLDER` replaces the dialog if no one is at the screen.
 */
export function fileSaver(shell: ShellContext, folder: string | undefined): Host['saveFile'] {
  return async (suggestedName) => {
    const name = basename(suggestedName);
    if (folder !== undefined && folder !== '') {
      mkdirSync(folder, { recursive: true });
      return openFresh(folder, name);
    }
    const path = await ask(shell.window, name, translate({ zh: '导出', en: 'Export' }, shell.language));
    return path === null ? null : open(path, 'w');
  };
}

async function ask(window: BrowserWindow | null, name: string, title: string): Promise<string | null> {
  const options = {
    title,
    defaultPath: join(app.getPath('downloads'), name),
    filters: [{ name: extname(name).slice(1).toUpperCase(), extensions: [extname(name).slice(1)] }],
  };
  const { canceled, filePath } = await (window === null
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(window, options));
  return canceled || filePath === '' ? null : filePath;
}

type Saved = Awaited<ReturnType<Host['saveFile']>>;

/** A new file is readable only by its owner: it contains keys and users' data. */
function open(path: string, flags: 'w' | 'wx'): Promise<Saved> {
  return new Promise((resolve, reject) => {
    const stream = createWriteStream(path, { flags, mode: 0o600 });
    stream.once('open', () => resolve({ path, stream }));
    stream.once('error', reject);
  });
}

/** Never overwrites a file: `users.csv`, `users (2).csv`, … */
async function openFresh(folder: string, name: string): Promise<Saved> {
  const ending = extname(name);
  for (let count = 1; ; count += 1) {
    const path = join(folder, count === 1 ? name : `${basename(name, ending)} (${String(count)})${ending}`);
    try {
      return await open(path, 'wx');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || count >= 1_000) throw error;
    }
  }
}
