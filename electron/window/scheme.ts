import { protocol } from 'electron';
import { serveDevPage } from './dev-pages.js';
import { servePage } from './pages.js';
import { scheme } from './origin.js';

/** Call it before the app is ready. Pages of this scheme are secure and have an origin. It bypasses nothing. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the window's pages from a folder, or from the server of `npm run dev`. */
export function serveScheme(root: string, dev: URL | null = null): void {
  protocol.handle(scheme, (request) => (dev === null ? servePage(root, request) : serveDevPage(dev, request)));
}
