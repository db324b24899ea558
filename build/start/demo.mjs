// @ts-check
/** The demo for `npm start`: one set of servers per checkout, for any number of windows. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { inDot } from '../lib/paths.mjs';
import { note, servedDemo } from './served-demo.mjs';

/** @typedef {import('./demo-site.ts').DemoServers} DemoServers */

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
  const { tsImport } = await import('tsx/esm/api');
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
