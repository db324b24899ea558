import { app, BrowserWindow } from 'electron';
import { fitToScreen, lastBounds, rememberBounds, usual } from './bounds.js';
import { isOurs, startPage } from './origin.js';
import { recoverFromCrashes } from './recovery.js';
import type { ShellContext } from './shell-context.js';

export interface WindowOptions {
  readonly shell: ShellContext;
  readonly dataFolder: string;
  readonly preload: string;
  readonly report: (error: unknown, what: string) => void;
}

/** Opens the console's one window. */
export async function openWindow({ shell, dataFolder, preload, report }: WindowOptions): Promise<void> {
  const last = lastBounds(dataFolder);
  const window = new BrowserWindow({
    ...(last === null
      ? { width: usual.width, height: usual.height }
      : { x: last.x, y: last.y, width: last.width, height: last.height }),
    useContentSize: true,
    show: false,
    title: 'Moondesk',
    backgroundColor: '#14161a',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  fitToScreen(window);
  shell.window = window;
  window.on('closed', () => {
    if (shell.window === window) shell.window = null;
  });
  window.once('ready-to-show', () => {
    if (last?.maximized === true) window.maximize();
    window.show();
  });
  rememberBounds(window, dataFolder);
  // A blank page is the only one that Chromium lets a page open without asking.
  window.webContents.on('did-navigate', (_event, url) => {
    if (!isOurs(url))
      void window.loadURL(startPage).catch((error: unknown) => report(error, 'the page could not be loaded'));
  });
  recoverFromCrashes(window, shell, report);
  await window.loadURL(startPage).catch((error: unknown) => report(error, 'the page could not be loaded'));
}
