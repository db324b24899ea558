import { AbstractConnector, type RedisOptions } from 'ioredis';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { openSocket, type Tunnel } from '../open-socket.js';
import { redisTls } from './redis-tls.js';

/** How the driver connects to a server through this tunnel, instead of directly. */
export function connectorThrough(tunnel: Tunnel): NonNullable<RedisOptions['Connector']> {
  return class extends AbstractConnector {
    readonly #options: RedisOptions;

    constructor(options: unknown) {
      const given = options as RedisOptions;
      super(given.disconnectTimeout ?? 2_000);
      this.#options = given;
    }

    override connect(): Promise<Socket> {
      const { host = '127.0.0.1', port = 6379, tls } = this.#options;
      const bare = openSocket({ host, port, through: tunnel });
      const stream = tls === undefined ? bare : encrypted(bare, { ...redisTls(host), ...tls });
      this.connecting = true;
      this.stream = stream;
      // The driver looks there for why a socket was closed before it was used.
      stream.once('error', (error) => {
        this.firstError = error;
      });
      return Promise.resolve(stream);
    }
  };
}

/** TLS on a socket that is still opening. The driver must wait for the handshake, so it is told that it connects. */
function encrypted(socket: Socket, options: NonNullable<RedisOptions['tls']>): Socket {
  const secure = connectTls({ ...options, socket });
  Object.assign(secure, { connecting: true });
  secure.once('secureConnect', () => Object.assign(secure, { connecting: false }));
  return secure;
}
