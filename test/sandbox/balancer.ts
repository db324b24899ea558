import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuard } from '../../build/lib/guard.mjs';
import { environmentIn, unpacked } from '../../build/setup/unpacked.mjs';
import { firstBytes } from './probe.js';
import type { Place } from './proxy.js';
import { runServer } from './server-process.js';
import type { SqlCluster } from './sql-cluster.js';
import type { RunningServer, SqlEndpoint } from './types.js';

const packages = ['haproxy', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1'];

export interface Balancer extends Place {
  close(): Promise<void>;
}

/** Answers HTTP 200 while the node serves, as the usual script beside a node does. */
async function startAgent(serves: () => Promise<boolean>): Promise<{ readonly server: Server; readonly port: number }> {
  const agent = createServer((_, response) => {
    void serves()
      .catch(() => false)
      .then((does) => response.writeHead(does ? 200 : 503, { connection: 'close' }).end());
  });
  agent.listen(0, '127.0.0.1');
  await once(agent, 'listening');
  return { server: agent, port: (agent.address() as AddressInfo).port };
}

/**
 * HAProxy in front of a cluster: `in turn`, each connection goes to the next node that serves; `first`, all go to the
 * first that does, and connections to one that serves no more are cut.
 */
export async function startBalancer(
  { nodes, serves }: Pick<SqlCluster, 'nodes' | 'serves'>,
  way: 'in turn' | 'first',
): Promise<Balancer> {
  const root = await unpacked('haproxy', packages);
  const guard = startGuard();
  const folder = await mkdtemp(join(tmpdir(), 'moondesk-balancer-'));
  guard.folder(folder);
  const agents = await Promise.all(nodes.map((node) => startAgent(() => serves(node))));
  const serverLine = (node: RunningServer<SqlEndpoint>, at: number): string => {
    const port = agents[at]?.port ?? 0;
    const rest = way === 'first' && at > 0 ? ' backup' : '';
    return `  server n${String(at + 1)} 127.0.0.1:${String(node.endpoint.port)} check port ${String(port)}${rest}`;
  };
  const configOf = (port: number): string =>
    [
      'global',
      '  maxconn 2000',
      'defaults',
      '  mode tcp',
      '  timeout connect 2s',
      '  timeout client 1h',
      '  timeout server 1h',
      // The agents live in a process that has other work, too.
      '  timeout check 5s',
      '  retries 3',
      '  option redispatch',
      '  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions',
      'listen sql',
      `  bind 127.0.0.1:${String(port)}`,
      '  balance roundrobin',
      '  option httpchk GET /',
      ...nodes.map(serverLine),
      '',
    ].join('\n');
  const config = join(folder, 'haproxy.cfg');
  const closeAgents = (): void => {
    for (const { server } of agents) server.close();
  };
  try {
    const running = await runServer<Place>({
      name: 'haproxy',
      logFile: join(folder, 'server.log'),
      guard,
      graceMs: 0,
      command: (port) => {
        writeFileSync(config, configOf(port));
        return { program: join(root, 'usr/sbin/haproxy'), args: ['-db', '-f', config], env: environmentIn(root) };
      },
      endpoint: (port) => ({ host: '127.0.0.1', port }),
      ready: (port) => firstBytes(port, (bytes) => bytes[4] === 10),
    });
    return {
      ...running.endpoint,
      async close() {
        await running.kill();
        closeAgents();
        await guard.close();
      },
    };
  } catch (error) {
    closeAgents();
    await guard.close();
    throw error;
  }
}
