import { protocol } from 'electron';
import { servePage } from './pages.js';
import { scheme } from './origin.js';

/** Call it before the app is ready. Pages of this scheme are secure and have an origin. It bypasses nothing. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the window's pages from a folder. */
export function serveScheme(root: string): void {
  protocol.handle(scheme, (request) => servePage(root, request));
}
