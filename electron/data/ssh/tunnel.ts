import type { Socket } from 'node:net';
import type { Client } from 'ssh2';
import { closed } from '../mysql/errors.js';
import type { Tunnel } from '../open-socket.js';
import { SshRefusal, sshUnreachable } from './refusals.js';
import { type SshConfig, standardPaces, type TunnelPaces } from './ssh-config.js';
import { TunnelSocket } from './tunnel-socket.js';

/** Faults that do not pass by themselves. */
const lasting = new Set(['unknown_host_key', 'wrong_host_key', 'access_denied', 'key_file', 'wrong_passphrase']);

/**
 * One SSH connection, and through it any number of connections to servers; nothing listens on this machine. It is made
 * when the first one is opened, and again after it was lost: the drivers connect again, and that opens it. So nobody
 * waits for a tunnel that nobody needs. A refusal is remembered for a while, because twenty connections of a pool and
 * Redis would otherwise each try to sign in.
 */
export class SshTunnel implements Tunnel {
  readonly #config: SshConfig;
  readonly #paces: TunnelPaces;
  readonly #end = new AbortController();
  #line: Promise<Client> | null = null;
  #refused: { readonly why: unknown; readonly until: number } | null = null;
  readonly #sockets = new Set<TunnelSocket>();

  /** `paces` is for tests. */
  constructor(config: SshConfig, paces: Partial<TunnelPaces> = {}) {
    this.#config = config;
    this.#paces = { ...standardPaces, ...paces };
  }

  open(host: string, port: number): Socket {
    const socket = new TunnelSocket();
    this.#lead(socket, host, port).catch((error: unknown) => {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    });
    // It has what the drivers use of one.
    return socket as unknown as Socket;
  }

  get server(): Pick<SshConfig, 'host' | 'port'> {
    return this.#config;
  }

  async ready(): Promise<string> {
    await this.#stand();
    // No other key would have been accepted.
    return this.#config.hostKey ?? '';
  }

  close(): void {
    this.#end.abort();
  }

  async #lead(socket: TunnelSocket, host: string, port: number): Promise<void> {
    const client = await this.#stand();
    if (socket.destroyed) return;
    const { openChannel } = await import('./line.js');
    const channel = await openChannel(client, this.#config, host, port);
    if (socket.destroyed) {
      channel.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.stand(channel);
  }

  /** The SSH connection; made if there is none. */
  #stand(): Promise<Client> {
    if (this.#end.signal.aborted) return Promise.reject(closed());
    if (this.#line !== null) return this.#line;
    if (this.#refused !== null && performance.now() < this.#refused.until) {
      return Promise.reject(asError(this.#refused.why));
    }
    const line = this.#make();
    this.#line = line;
    line.then(
      () => {
        this.#refused = null;
      },
      (why: unknown) => {
        this.#line = null;
        const stays = why instanceof SshRefusal && lasting.has(why.fault);
        this.#refused = { why, until: performance.now() + (stays ? this.#paces.refused : this.#paces.again) };
      },
    );
    return line;
  }

  async #make(): Promise<Client> {
    // What uses ssh2 is loaded once a tunnel is made: most connections have none.
    const [{ loginMethods }, { openLine }] = await Promise.all([import('./login.js'), import('./line.js')]);
    const methods = await loginMethods(this.#config);
    if (this.#end.signal.aborted) throw closed();
    return openLine(this.#config, methods, this.#paces, this.#end.signal, (why) => {
      this.#line = null;
      const lost = Object.assign(new Error('Connection lost: the SSH tunnel has ended'), {
        code: 'ECONNRESET',
        cause: sshUnreachable(this.#config, why),
      });
      for (const socket of this.#sockets) socket.destroy(lost);
    });
  }
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
