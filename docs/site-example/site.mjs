// @ts-check
/**
 * A site in a hundred lines: sign-in, plays and favourites over `moondesk/storage`.
 *
 *   MYSQL_HOST=… MYSQL_USER=… MYSQL_PASSWORD=… MYSQL_DATABASE=… REDIS_URL=… PORT=3000 node docs/site-example/site.mjs
 *
 * The same file runs on the legacy layout with NEXT_PUBLIC_STORAGE_TYPE=redis: nothing here knows which engine it is.
 */
import { createServer } from 'node:http';
import { createStorage, Refusal } from 'moondesk/storage';

const storage = createStorage();

/** What a refusal is called on the web. */
const statuses = { invalid_input: 400, unauthenticated: 401, forbidden: 403, not_found: 404, conflict: 409, unavailable: 503 };

/** @typedef {{ user: string, session: string, key: string, body: any, response: import('node:http').ServerResponse }} Call */
/** @type {Record<string, (call: Call) => Promise<unknown>>} */
const routes = {
  'POST /register': async ({ body }) => {
    await storage.createUserV2(text(body.username), text(body.password));
    return { registered: true };
  },
  'POST /login': async ({ body, response }) => {
    const [name, password] = [text(body.username), text(body.password)];
    if (!(await storage.verifyUserV2(name, password))) throw unauthenticated();
    const user = await storage.getUserInfoV2(name);
    if (user === null || user.banned) throw unauthenticated();
    const id = await storage.createSession(user.username, { role: user.role });
    await storage.updateUserLoginStats(user.username, Date.now());
    response.setHeader('set-cookie', `session=${id}; HttpOnly; SameSite=Lax; Path=/; Max-Age=86400`);
    return { username: user.username, role: user.role };
  },
  'POST /logout': async ({ session }) => {
    await storage.deleteSession(session);
    return { signedOut: true };
  },
  'GET /plays': ({ user }) => storage.getAllPlayRecords(user),
  'GET /plays/:key': ({ user, key }) => storage.getPlayRecord(user, key),
  'PUT /plays/:key': async ({ user, key, body }) => {
    const before = await storage.getPlayRecord(user, key);
    await storage.setPlayRecord(user, key, { ...body, save_time: Date.now() });
    const at = key.indexOf('+');
    const watched = Math.max(0, Number(body.play_time) - (before?.play_time ?? 0));
    await storage.updatePlayStatistics(user, key.slice(0, at), key.slice(at + 1), watched);
    return { saved: true };
  },
  'DELETE /plays/:key': async ({ user, key }) => {
    await storage.deletePlayRecord(user, key);
    return { deleted: true };
  },
  'GET /favorites': ({ user }) => storage.getAllFavorites(user),
  'PUT /favorites/:key': async ({ user, key, body }) => {
    await storage.setFavorite(user, key, { ...body, save_time: Date.now() });
    return { saved: true };
  },
  'DELETE /favorites/:key': async ({ user, key }) => {
    await storage.deleteFavorite(user, key);
    return { deleted: true };
  },
};

const open = new Set(['POST /register', 'POST /login']);

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    const refused = error instanceof Refusal;
    response.statusCode = (refused && /** @type {Record<string, number>} */ (statuses)[error.code]) || 500;
    response.end(JSON.stringify({ error: refused ? error.code : 'internal' }));
  });
});

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
async function answer(request, response) {
  const [, place = '', ...rest] = (request.url ?? '').split('/');
  const name = `${request.method ?? ''} /${place}${rest.length > 0 ? '/:key' : ''}`;
  const route = routes[name];
  if (!route) throw new Refusal('not_found', { zh: '没有这个地址', en: 'No such address' });
  const session = /(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
  const user = open.has(name) ? '' : ((await storage.getSession(session))?.username ?? '');
  if (!open.has(name) && user === '') throw unauthenticated();
  const value = await route({ user, session, key: decodeURIComponent(rest.join('/')), body: await bodyOf(request), response });
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

/** @param {import('node:http').IncomingMessage} request */
async function bodyOf(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > 100_000) throw new Refusal('invalid_input', { zh: '内容太长', en: 'Too long' });
  }
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new Refusal('invalid_input', { zh: '不是 JSON', en: 'Not JSON' });
  }
}

/** @param {unknown} value @returns {string} */
function text(value) {
  if (typeof value === 'string' && value !== '') return value;
  throw new Refusal('invalid_input', { zh: '缺少内容', en: 'Something is missing' });
}

function unauthenticated() {
  return new Refusal('unauthenticated', { zh: '请先登录', en: 'Sign in first' });
}

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}\n`);
});

// What is batched is sent before the process ends.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
    void storage.close().then(() => process.exit(0));
  });
