import { connect, isIP, type Socket } from 'node:net';

/** A way to servers that this machine does not reach directly (data/ssh). */
export interface Tunnel {
  /** The server at its end. */
  readonly server: { readonly host: string; readonly port: number };
  /** A connection to a server, still opening. It fails like any socket: by its `error`, then its `close`. */
  open(host: string, port: number): Socket;
  /** Resolves once the tunnel stands, with the fingerprint of its server's key. Throws a refusal. */
  ready(): Promise<string>;
  /** Ends it, and all connections through it, for good. */
  close(): void;
}

/** Where a server listens, as seen from the end of the tunnel if there is one. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly through?: Tunnel;
}

/**
 * The socket of a connection. If a server is reached by IP address, its certificate must contain that address. MySQL
 * sends its greeting before TLS begins, so TLS starts on an open socket and takes the name to check from it. Node
 * stores it there only for host names. Without this line, TLS would check for `localhost`.
 */
export function openSocket({ host, port, through }: Place): Socket {
  const socket = through === undefined ? connect(port, host) : through.open(host, port);
  if (isIP(host) !== 0) Object.assign(socket, { _host: host });
  socket.setNoDelay(true);
  return socket.on('connect', () => socket.setKeepAlive(true, 30_000));
}
