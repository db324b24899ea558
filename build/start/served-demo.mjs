// @ts-check
/** Whether `npm start` serves a demo, and how to reach it. Loads nothing else, because every terminal call uses it. */
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { inDot } from '../lib/paths.mjs';

/** @typedef {import('./demo-site.ts').DemoServers} DemoServers */

/** The file that describes the running demo. */
export const note = inDot('demo', 'running.json');

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
