// @ts-check
/** The demo for `npm start`: one set of servers per checkout, for any number of windows. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tsImport } from 'tsx/esm/api';
import { inDot } from '../lib/paths.mjs';

/** @typedef {import('./demo-site.ts').DemoServers} DemoServers */

const note = inDot('demo', 'running.json');

/**
 * Starts the demo's servers, or finds those that another `npm start` of this checkout is serving.
 * @param {import('../lib/guard.mjs').Guard} guard @param {boolean} here whether MariaDB and Redis are on this machine
 * @param {(stop: () => Promise<void>) => void} ends is given the function to stop what was started, as soon as it runs:
 *   the user may end it before it is filled
 * @returns {Promise<{ servers: DemoServers, remark: string }>}
 */
export async function openDemo(guard, here, ends) {
  const found = await servedDemo();
  if (found) return { servers: found, remark: 'served by another start' };
  /** @type {typeof import('./demo-site.ts')} */
  const site = await tsImport('./demo-site.ts', import.meta.url);
  const servers = here
    ? await site.startDemoServers(guard)
    : await (await import('./compose.mjs')).startComposeServers(ends);
  let noted = false;
  /** @type {Promise<void> | undefined} */
  let stopping;
  const stop = () => {
    if (noted) rmSync(note, { force: true });
    return (stopping ??= servers.stop());
  };
  ends(stop);
  const remark = await site.fillDemo(
    servers,
    Number(process.env.MOONDESK_DEMO_USERS ?? 20_000),
    Number(process.env.MOONDESK_DEMO_SEED ?? 42),
  );
  mkdirSync(inDot('demo'), { recursive: true });
  writeFileSync(note, JSON.stringify({ pid: process.pid, mysql: servers.mysql, redisUrl: servers.redisUrl }));
  noted = true;
  return { servers: { ...servers, stop }, remark };
}

/** @returns {Promise<DemoServers | null>} the demo that an `npm start` of this checkout is serving now */
export async function servedDemo() {
  try {
    const { pid, mysql, redisUrl } = JSON.parse(readFileSync(note, 'utf8'));
    process.kill(pid, 0);
    return (await answers(mysql.port)) ? { mysql, redisUrl, stop: async () => {} } : null;
  } catch {
    return null;
  }
}

/** @param {number} port @returns {Promise<boolean>} */
function answers(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** @param {DemoServers} servers @returns {Record<string, string>} the demo as the console's environment */
export function demoEnv({ mysql, redisUrl }) {
  return {
    MOONDESK_DEMO: '1',
    MYSQL_HOST: mysql.host,
    MYSQL_PORT: String(mysql.port),
    MYSQL_USER: mysql.user,
    MYSQL_PASSWORD: mysql.password,
    MYSQL_DATABASE: mysql.database,
    REDIS_URL: redisUrl,
  };
}
