import { app, type Session, type WebContents } from 'electron';
import { isOurs, startPage } from './origin.js';

/** Denies every permission that a page can ask for: notifications, camera, clipboard, devices, screens. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}

/** A proxy that does not exist: TCP port 0 is never open. */
const nowhere = '127.0.0.1:0';

/**
 * Keeps Chromium from connecting to any host, whatever its page or its own services ask for. Everything that the window
 * needs comes through the bridge and our scheme. `dev`: the one server that may be reached, for `npm run dev`.
 */
export async function keepOffline(session: Session, dev: URL | null): Promise<void> {
  // Otherwise Chromium fetches a dictionary from its vendor.
  session.setSpellCheckerLanguages([]);
  session.setSpellCheckerEnabled(false);
  // The policy of a page does not cover WebRTC, whose TCP connections do use the proxy.
  const except = dev === null ? [] : [dev.host];
  await session.setProxy({
    mode: 'fixed_servers',
    proxyRules: nowhere,
    proxyBypassRules: ['<-loopback>', ...except].join(';'),
  });
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
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // Without a proxy, the page's WebRTC sends no datagram; with one, it uses TCP through the proxy only.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

function isReload(address: string): boolean {
  return isOurs(address) && new URL(address).pathname === new URL(startPage).pathname;
}
