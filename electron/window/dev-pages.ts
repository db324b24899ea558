import { isOurs } from './origin.js';

/** The variable by which `npm run dev` names its server. */
const variable = 'MOONDESK_DEV_SERVER';

/**
 * The development server that the environment names; null if it names none. Only an address of this machine counts:
 * whatever the server answers runs in the window.
 */
export function devServer(environment: NodeJS.ProcessEnv): URL | null {
  const address = environment[variable] ?? '';
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === 'http:' && url.hostname === '127.0.0.1' ? url : null;
}

/** As strict as the policy of `pages.ts`, but for what Vite needs: its inline script, its styles and its socket. */
function policy({ host }: URL): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self' ws://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * Serves a request of the window from the development server. The page keeps the origin of the console, so that the
 * bridge and the fences work as they do without the server. Answers 502 while the server is away.
 */
export async function serveDevPage(
  server: URL,
  request: { readonly method: string; readonly url: string },
): Promise<Response> {
  if (request.method !== 'GET' || !isOurs(request.url)) return new Response(null, { status: 404 });
  const { pathname, search } = new URL(request.url);
  try {
    const answer = await fetch(new URL(pathname + search, server));
    return new Response(answer.body, {
      status: answer.status,
      headers: {
        'Content-Type': answer.headers.get('Content-Type') ?? 'text/plain; charset=utf-8',
        'Content-Security-Policy': policy(server),
        'Cache-Control': 'no-store',
      },
    });
  } catch {
    return new Response('The development server does not answer.', { status: 502 });
  }
}
