import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import { isOurs } from './origin.js';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.txt': 'text/plain; charset=utf-8',
};

/** Placeholder in a page for the nonce of this load. */
const placeOfNonce = '__CSP_NONCE__';

/** The Content-Security-Policy of every response; `nonce` allows the style elements that our own scripts create. */
export function policy(nonce: string | null): string {
  const style = nonce === null ? "'self'" : `'self' 'nonce-${nonce}'`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${style}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * Serves a request of the window from one folder: GET only, our exact host, nothing outside the folder. Never throws.
 */
export async function servePage(
  root: string,
  request: { readonly method: string; readonly url: string },
): Promise<Response> {
  if (request.method !== 'GET') return plain(405, { Allow: 'GET' });
  if (!isOurs(request.url)) return plain(404);
  const path = pathWithin(root, new URL(request.url).pathname);
  const type = path === null ? undefined : types[extname(path).toLowerCase()];
  if (path === null || type === undefined) return plain(404);
  try {
    const bytes = await readFile(path);
    if (!type.startsWith('text/html')) return new Response(bytes, { headers: headers(type, null) });
    const nonce = randomBytes(16).toString('base64');
    return new Response(bytes.toString('utf8').replaceAll(placeOfNonce, nonce), { headers: headers(type, nonce) });
  } catch {
    return plain(404);
  }
}

/**
 * The file of an address's path, or null if it is outside the folder. `%2f` and `%5c` become separators only here, so
 * the check comes afterwards.
 */
function pathWithin(root: string, pathname: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const base = resolve(root);
  const path = resolve(base, `.${decoded.endsWith('/') ? `${decoded}index.html` : decoded}`);
  return path.startsWith(base + sep) ? path : null;
}

function headers(type: string, nonce: string | null): Record<string, string> {
  return {
    'Content-Type': type,
    'Content-Security-Policy': policy(nonce),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
}

function plain(status: number, more: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...headers('text/plain; charset=utf-8', null), ...more } });
}
