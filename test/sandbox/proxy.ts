import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Place {
  readonly host: string;
  readonly port: number;
}

export interface Proxy extends Place {
  /**
   * Existing connections fall silent, and stay open on both sides: as in a tunnel whose network is gone. `answers` lets
   * the clients' messages through. New ones work.
   */
  silence(what?: 'everything' | 'answers'): void;
  /** New connections fall silent too, after the server's first words, until `speak`. */
  silenceNew(): void;
  /** A connection falls silent when its client sends these words, which do not arrive, until `speak`. */
  silenceAt(words: string): void;
  /**
   * From now on, or on each connection from the packet on in which its client says so, the server's answers are held
   * back until `release`.
   */
  hold(said?: RegExp): void;
  /** How many answers are held back now. */
  held(): number;
  /** Delivers the held answers in order. */
  release(): void;
  /** Cuts every existing connection, and every new one at once, until `speak`: the server is away. */
  cut(): void;
  /**
   * Existing connections are forgotten, as by a load balancer: each is reset when its client next sends something. New
   * ones work.
   */
  forget(): void;
  /**
   * Cuts a connection whose client sends these words: before they reach the server, or after, with the answer lost.
   * Until `speak`.
   */
  cutAt(words: string, when: 'before' | 'after'): void;
  /**
   * Replaces these words on their way to the server by others of the same length: a known command by one that it
   * refuses.
   */
  misspell(words: string, others: string): void;
  /** From now on new connections go to these servers, in turn; existing ones stay where they are. */
  lead(...others: readonly Place[]): void;
  /** New connections work again; silent ones stay silent. */
  speak(): void;
  /** Connections that clients hold open now. */
  open(): number;
  /** Connections on which nothing reaches the server any more. */
  silent(): number;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  deaf: boolean;
  mute: boolean;
  forgotten: boolean;
  /** Answers held back; null while they are passed on. */
  held: Buffer[] | null;
}

/**
 * A TCP proxy on the loopback interface that can fall silent. With several targets it is a load balancer: each
 * connection goes to the next one.
 */
export async function startProxy(...targets: readonly Place[]): Promise<Proxy> {
  const links = new Set<Link>();
  let places = targets;
  let next = 0;
  let silentNew = false;
  let last: string | null = null;
  let holding: RegExp | null = null;
  let away = false;
  let cutting: { readonly words: string; readonly when: 'before' | 'after' } | null = null;
  const misspelt = new Map<string, string>();
  /** In latin1 each byte is one character. */
  const told = (bytes: Buffer): Buffer => {
    let text = bytes.toString('latin1');
    for (const [words, others] of misspelt) text = text.replaceAll(words, others);
    return Buffer.from(text, 'latin1');
  };
  const server = createServer((client) => {
    const target = places[next % places.length];
    next += 1;
    if (target === undefined) return;
    if (away) {
      client.on('error', () => undefined);
      client.destroy();
      return;
    }
    const link: Link = { client, server: connect(target), deaf: false, mute: false, forgotten: false, held: null };
    const hushed = silentNew;
    links.add(link);
    client.setNoDelay(true);
    link.server.setNoDelay(true);
    client.on('data', (bytes) => {
      if (link.forgotten) {
        client.resetAndDestroy();
        return;
      }
      if (cutting !== null && bytes.includes(cutting.words)) {
        if (cutting.when === 'before') client.resetAndDestroy();
        else {
          link.held = [];
          link.server.end(bytes);
        }
        return;
      }
      if (last !== null && bytes.includes(last)) link.deaf = link.mute = true;
      if (holding?.test(bytes.toString('latin1')) === true) link.held ??= [];
      if (!link.deaf && !hushed) link.server.write(misspelt.size === 0 ? bytes : told(bytes));
    });
    link.server.on('data', (bytes) => {
      if (link.held !== null) link.held.push(bytes);
      else if (!link.mute) client.write(bytes);
      if (hushed) link.mute = true;
    });
    // A silent connection does not tell either side that the other has gone.
    const gone = (other: Socket) => (): void => {
      if (!link.mute && !hushed) other.destroy();
      if (client.destroyed && (link.server.destroyed || !link.mute)) links.delete(link);
    };
    for (const [socket, other] of [
      [client, link.server],
      [link.server, client],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('close', gone(other));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    silence(what = 'everything') {
      for (const link of links) {
        link.mute = true;
        link.deaf = what === 'everything';
      }
    },
    silenceNew() {
      silentNew = true;
    },
    silenceAt(words) {
      last = words;
    },
    hold(said) {
      if (said !== undefined) holding = said;
      else for (const link of links) link.held ??= [];
    },
    held: () => [...links].reduce((sum, link) => sum + (link.held?.length ?? 0), 0),
    release() {
      holding = null;
      for (const link of links) {
        const held = link.held ?? [];
        link.held = null;
        for (const bytes of held) if (!link.client.destroyed) link.client.write(bytes);
      }
    },
    cut() {
      away = true;
      for (const { client, server: upstream } of links) {
        client.destroy();
        upstream.destroy();
      }
    },
    forget() {
      for (const link of links) link.forgotten = true;
    },
    cutAt(words, when) {
      cutting = { words, when };
    },
    misspell(words, others) {
      misspelt.set(words, others);
    },
    lead(...others) {
      places = others;
      next = 0;
    },
    speak() {
      silentNew = false;
      away = false;
      last = null;
      cutting = null;
    },
    open: () => [...links].filter(({ client }) => !client.destroyed).length,
    silent: () => [...links].filter(({ deaf }) => deaf).length,
    async close() {
      for (const { client, server: upstream } of links) {
        client.destroy();
        upstream.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * A server that sends `words` to every client, again and again, without ever hanging up. `open` counts the clients
 * still connected.
 */
export async function startMonologue(words: Buffer): Promise<Place & { open(): number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    // Only a fully closed connection stops the messages.
    const again = setInterval(() => socket.write(words), 500);
    socket.on('close', () => {
      clearInterval(again);
      sockets.delete(socket);
    });
    socket.resume();
    socket.write(words);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    open: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The packet with which a MySQL server refuses a connection. */
export function refusalPacket(errno: number, sqlState: string, message: string): Buffer {
  const body = Buffer.concat([
    Buffer.from([0xff, errno & 0xff, errno >> 8]),
    Buffer.from(`#${sqlState}${message}`, 'utf8'),
  ]);
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body]);
}
