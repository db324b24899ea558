/** A run that will be killed: it starts a sandbox, prints what belongs to it, and waits. Used by sandbox.test.ts. */
import { dirname } from 'node:path';
import { readlinkSync } from 'node:fs';
import { startSandbox } from './index.js';

const sandbox = await startSandbox();
const servers = [sandbox.mariadb, sandbox.redis, ...(sandbox.mysql ? [sandbox.mysql] : [])];
const pids = servers.map((server) => server.pid());
const folders = pids.map((pid) => {
  // Every server works inside its data folder.
  const place = readlinkSync(`/proc/${pid}/cwd`);
  return place.endsWith('/data') ? dirname(place) : place;
});
process.stdout.write(`${JSON.stringify({ pids, folders, ports: servers.map((server) => server.endpoint.port) })}\n`);
setInterval(() => undefined, 60_000);
