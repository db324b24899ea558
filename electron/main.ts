import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, session } from 'electron';
import { dataFolder } from './operations/desk/data-folder.js';
import { createDesk } from './operations/desk/open-desk.js';
import { handlers, schedule, jobHandlers } from './operations/index.js';
import { createLog } from './router/log.js';
import { createRouter } from './router/router.js';
import { openBridge } from './window/bridge.js';
import { devServer } from './window/dev-pages.js';
import { shutDownInOrder } from './window/shutdown.js';
import { denyPermissions, guardNavigation, keepOffline } from './window/navigation-guard.js';
import { secretBox } from './window/keychain-box.js';
import { keepMenu } from './window/menu.js';
import { fileOpener } from './window/open-file.js';
import { openWindow } from './window/open-window.js';
import { fileSaver } from './window/save-file.js';
import { showFile } from './window/show-file.js';
import { registerScheme, serveScheme } from './window/scheme.js';
import { ShellContext } from './window/shell-context.js';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const folder = dataFolder(process.env);
// Connections and the log are readable only by this user.
mkdirSync(folder, { recursive: true, mode: 0o700 });
const log = createLog(join(folder, 'moondesk.log'));

registerScheme();
guardNavigation();
// Chromium's own files stay separate from ours; a folder from the command line (tests) is kept.
if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(folder, 'chromium'));
process.on('uncaughtException', (error) => log.error({ err: error }, 'uncaught'));
process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled'));

if (app.requestSingleInstanceLock()) {
  // Not awaited: Electron becomes ready only after this file has run to its end.
  void app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      log.fatal({ err: error }, 'start-up');
      dialog.showErrorBox('Moondesk', error instanceof Error ? error.message : String(error));
      app.exit(1);
    });
} else {
  app.quit();
}

/** Settings → desk → router → window. */
async function start(): Promise<void> {
  const shell = new ShellContext(app.getLocale().startsWith('en') ? 'en' : 'zh-CN');
  const host = {
    dataFolder: folder,
    secrets: secretBox(process.env['MOONDESK_PASSPHRASE']),
    saveFile: fileSaver(shell, process.env['MOONDESK_EXPORT_FOLDER']),
    openFile: fileOpener(shell, process.env['MOONDESK_IMPORT_FILE']),
    showFile,
    emit: shell.emit.bind(shell),
  };
  const desk = await createDesk({
    host,
    environment: process.env,
    jobHandlers,
    schedule,
    openAtStart: true,
    startTimeoutMs: 2_000,
    report: (error) => log.warn({ err: error }, 'schedule'),
  });
  const router = createRouter({ handlers, desk, log });
  shutDownInOrder(() => desk.close());

  const dev = app.isPackaged ? null : devServer(process.env);
  denyPermissions(session.defaultSession);
  await keepOffline(session.defaultSession, dev);
  serveScheme(here('renderer'), dev);
  openBridge({
    dispatch: (call) => router.dispatch(call, { origin: 'window' }),
    cancel: router.cancel,
    spoke: (language) => shell.setLanguage(language),
  });
  keepMenu(shell);

  const open = (): Promise<void> =>
    openWindow({
      shell,
      dataFolder: folder,
      preload: here('preload.cjs'),
      report: (err, what) => log.error({ err }, what),
    });
  app.on('second-instance', () => shell.show());
  app.on('activate', () => void (shell.window === null ? open() : undefined));
  await open();
}
