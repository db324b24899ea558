import { app, type BrowserWindow, dialog } from 'electron';
import { translate } from '../contract/text.js';
import { startPage } from './origin.js';
import type { ShellContext } from './shell-context.js';

const most = 3;
const within = 60_000;

/**
 * Reloads the page when its process dies; if that keeps happening, asks instead. The main process and its jobs
 * continue.
 */
export function recoverFromCrashes(
  window: BrowserWindow,
  shell: ShellContext,
  report: (error: unknown, what: string) => void,
): void {
  let crashes: number[] = [];
  const load = (): void =>
    void window.loadURL(startPage).catch((error: unknown) => report(error, 'the page could not be loaded'));
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    report(new Error(`${reason} (${String(exitCode)})`), 'the page’s process is gone');
    crashes = [...crashes.filter((at) => at > Date.now() - within), Date.now()];
    if (crashes.length <= most) {
      load();
      return;
    }
    void ask(window, shell).then((again) => {
      crashes = [];
      if (again) load();
      else app.quit();
    });
  });
}

async function ask(window: BrowserWindow, { language }: ShellContext): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: translate({ zh: '界面反复崩溃', en: 'The window keeps crashing' }, language),
    detail: translate(
      { zh: '数据没有受影响；正在进行的任务仍在继续。', en: 'No data is affected; jobs under way go on.' },
      language,
    ),
    buttons: [
      translate({ zh: '重新载入', en: 'Load again' }, language),
      translate({ zh: '退出', en: 'Quit' }, language),
    ],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0;
}
