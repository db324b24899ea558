import type { Cluster, Redis } from 'ioredis';
import { SiteRedis } from './client.js';

/** How many milliseconds a call waits for a connection that is being opened. */
export const connectionTimeoutMs = 5_000;

/**
 * Whether a connection is up, and the wait for it. Our clients queue nothing, so a command before the connection is
 * refused at once; callers without another source wait here first. One listener serves all of them.
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
      // A cluster only reports that it asked every node; the last node's own error says more.
      this.#reason = error.lastNodeError instanceof Error ? error.lastNodeError : error;
    });
  }

  /** The driver's last connection error; undefined once connected. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /**
   * Resolves once commands are accepted, once it is certain that they will not be, or after `timeoutMs` milliseconds.
   * Never throws.
   */
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

  /** Ends all waits: the connection is being closed, which the driver does not report between two attempts. */
  end(): void {
    this.#over = true;
    this.#look();
  }

  #look(): void {
    if (this.#settled()) for (const over of this.#waiting) over();
  }

  /** Nothing to wait for: it is up, it was closed, it was never started, or Redis refuses the chosen database. */
  #settled(): boolean {
    if (this.#over || (this.#redis instanceof SiteRedis && this.#redis.refusal !== null)) return true;
    return ['ready', 'end', 'wait'].includes(this.#redis.status);
  }
}
