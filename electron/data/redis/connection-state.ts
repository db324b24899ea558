import type { Cluster, Redis } from 'ioredis';
import { SiteRedis } from './client.js';

/** How long a call waits for a connection that is on its way, in milliseconds. */
export const connectionTimeoutMs = 5_000;

/**
 * Whether a connection stands, and the wait for it. The house's clients queue nothing, so a command that comes before the connection does is
 * refused at once; whoever has nowhere else to ask waits here first. One listener serves all who wait.
 */
export class ConnectionState {
  readonly #redis: Redis | Cluster;
  readonly #waiting = new Set<() => void>();
  #reason: Error | undefined;
  #over = false;

  constructor(redis: Redis | Cluster) {
    this.#redis = redis;
    for (const event of ['ready', 'close', 'end']) redis.on(event, () => this.#look());
    redis.on('ready', () => {
      this.#reason = undefined;
    });
    redis.on('error', (error: Error & { readonly lastNodeError?: unknown }) => {
      // A cluster only says that it asked every node; the last one's own error says more.
      this.#reason = error.lastNodeError instanceof Error ? error.lastNodeError : error;
    });
  }

  /** What kept the connection from coming, as the driver last said it; nothing once it has come. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Resolves once commands are taken, once it is certain that they will not be, or after `timeoutMs` milliseconds. Never throws. */
  async wait(timeoutMs: number): Promise<void> {
    if (this.#settled()) return;
    await new Promise<void>((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(over);
        resolve();
      };
      const timer = setTimeout(over, timeoutMs);
      this.#waiting.add(over);
    });
  }

  /** Nobody waits any longer: the connection is being closed, of which the driver says nothing while it is between two attempts. */
  end(): void {
    this.#over = true;
    this.#look();
  }

  #look(): void {
    if (this.#settled()) for (const over of this.#waiting) over();
  }

  /** Nothing to wait for: it stands, it was closed, nobody has begun it, or Redis refuses the database that was chosen. */
  #settled(): boolean {
    if (this.#over || (this.#redis instanceof SiteRedis && this.#redis.refusal !== null)) return true;
    return ['ready', 'end', 'wait'].includes(this.#redis.status);
  }
}
