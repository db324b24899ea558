import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Place {
  readonly host: string;
  readonly port: number;
}

export interface Proxy extends Place {
  /**
   * The connections that stand fall silent, and stay open on both sides: as in a tunnel whose network is gone. `answers` lets through what the
   * clients say. New ones work.
   */
  silence(what?: 'everything' | 'answers'): void;
  /** New connections fall silent too, after the server's first words, until `speak`. */
  silenceNew(): void;
  /** A connection falls silent with the words that its client says here, which do not arrive, until `speak`. */
  silenceAt(words: string): void;
  /** From now on, or on each connection from the packet on in which its client says so, the server's answers are kept back until `release`. */
  hold(said?: RegExp): void;
  /** How many answers are kept back now. */
  held(): number;
  /** What was kept back comes, in its order. */
  release(): void;
  /** Every connection that stands is cut, and every new one as soon as it comes, until `speak`: the server is away. */
  cut(): void;
  /** The connections that stand are forgotten, as by a balancer: each is reset when its client says something next. New ones work. */
  forget(): void;
  /** A connection in which its client says so is cut: before that reaches the server, or once it has, with the answer lost. Until `speak`. */
  cutAt(words: string, when: 'before' | 'after'): void;
  /** The server is told other words of the same length in place of these: one that it refuses, for one that it knows. */
  misspell(words: string, others: string): void;
  /** New connections work again; those that fell silent stay so. */
  speak(): void;
  /** Connections that clients hold open now. */
  open(): number;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  deaf: boolean;
  mute: boolean;
  forgotten: boolean;
  /** Answers that are kept back; null while they are passed on. */
  held: Buffer[] | null;
}

/** A TCP proxy on the loopback interface that can fall silent. With several targets it is a balancer: each connection goes to the next one. */
export async function startProxy(...targets: readonly Place[]): Promise<Proxy> {
  const links = new Set<Link>();
  let next = 0;
  let silentNew = false;
  let last: string | null = null;
  let holding: RegExp | null = null;
  let away = false;
  let cutting: { readonly words: string; readonly when: 'before' | 'after' } | null = null;
  const misspelt = new Map<string, string>();
  /** In latin1 a byte is a letter. */
  const told = (bytes: Buffer): Buffer => {
    let text = bytes.toString('latin1');
    for (const [words, others] of misspelt) text = text.replaceAll(words, others);
    return Buffer.from(text, 'latin1');
  };
  const server = createServer((client) => {
    const target = targets[next % targets.length];
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
    // What is silent does not tell either side that the other has gone.
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
    speak() {
      silentNew = false;
      away = false;
      last = null;
      cutting = null;
    },
    open: () => [...links].filter(({ client }) => !client.destroyed).length,
    async close() {
      for (const { client, server: upstream } of links) {
        client.destroy();
        upstream.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A server that says `words` to everybody who calls, again and again, without ever hanging up. `open` counts those who still hold the line. */
export async function startMonologue(words: Buffer): Promise<Place & { open(): number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    // Only who has gone altogether breaks off what is said to them.
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

/** The packet by which a MySQL server refuses a connection. */
export function refusalPacket(errno: number, sqlState: string, message: string): Buffer {
  const body = Buffer.concat([
    Buffer.from([0xff, errno & 0xff, errno >> 8]),
    Buffer.from(`#${sqlState}${message}`, 'utf8'),
  ]);
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body]);
}
