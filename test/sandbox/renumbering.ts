import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Place } from './proxy.js';

/**
 * A proxy in front of a MySQL server with its own connection ids, as in ProxySQL: its greeting gives each client the id
 * that `next` returns, and a client's KILL ends the connection that was given that id.
 */
export async function startRenumbering(target: Place, next: () => number): Promise<Place & { close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  /** The server's id by the client's. */
  const real = new Map<number, number>();
  const server = createServer((client) => {
    const upstream = connect(target);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => other.destroy());
    }
    upstream.once('data', (greeting) => {
      // Header, protocol, the version up to its zero byte, the id.
      const at = greeting.indexOf(0, 5) + 1;
      const number = next();
      real.set(number, greeting.readUInt32LE(at));
      greeting.writeUInt32LE(number, at);
      client.write(greeting);
      upstream.on('data', (bytes) => client.write(bytes));
    });
    client.on('data', (bytes) => upstream.write(translated(bytes)));
  });
  const translated = (bytes: Buffer): Buffer => {
    const kill = /(KILL (?:QUERY )?)(\d+)$/.exec(bytes.toString('latin1'));
    if (bytes[4] !== 3 || kill === null) return bytes;
    const [, words = '', number = ''] = kill;
    // The bytes before it are the query's attributes; there are none.
    const body = Buffer.concat([
      bytes.subarray(4, kill.index),
      Buffer.from(`${words}${String(real.get(Number(number)) ?? 0)}`),
    ]);
    return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body]);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
