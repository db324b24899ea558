import { app, type Session, shell, type WebContents } from 'electron';
import { mayLeave } from './links.js';
import { isOurs, startPage } from './origin.js';

/** Denies every permission that a page can ask for: notifications, camera, clipboard, devices, screens. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}

/** Keeps every page of the app in place: no navigation, no redirect, no new window, no webview. */
export function guardNavigation(): void {
  app.on('web-contents-created', (_event, contents) => fence(contents));
}

function fence(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    // A page may only reload itself.
    if (!isReload(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isReload(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (mayLeave(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

function isReload(address: string): boolean {
  return isOurs(address) && new URL(address).pathname === new URL(startPage).pathname;
}
