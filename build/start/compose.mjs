// @ts-check
/** The demo's servers with Docker Compose, if the machine has none of its own. */
import { createServer } from 'node:net';
import { inRoot } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('There is no free port.')),
      );
    });
  });
}

/**
 * @param {(stop: () => Promise<void>) => void} ends is given the function to stop them before they start: Ctrl-C may
 *   come during the start
 * @returns {Promise<import('./demo-site.ts').DemoServers>}
 */
export async function startComposeServers(ends) {
  const [mysqlPort, redisPort] = [await freePort(), await freePort()];
  const env = { ...process.env, MOONDESK_MYSQL_PORT: String(mysqlPort), MOONDESK_REDIS_PORT: String(redisPort) };
  const compose = ['compose', '--file', inRoot('compose.yaml')];
  /** @type {Promise<void> | undefined} */
  let stopping;
  const stop = () =>
    (stopping ??= run('docker', [...compose, 'stop'], { env, timeoutMs: 60_000 }).then(() => undefined));
  ends(stop);
  await run('docker', [...compose, 'up', '--detach', '--wait'], { env, timeoutMs: 10 * 60_000 });
  return {
    mysql: { host: '127.0.0.1', port: mysqlPort, user: 'root', password: 'moondesk', database: 'moontv_demo' },
    redisUrl: `redis://127.0.0.1:${redisPort}/0`,
    stop,
  };
}
