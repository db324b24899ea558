import { onRoleChange } from '../redis/role-changes.js';
import type { RedisClient } from './commands.js';
import type { Fence } from './fence.js';

/** Milliseconds between two attempts to open the gate. */
const retry = 250;

/**
 * Decides whether the values in Redis may be believed. The gate is shut at the start, whenever a connection is lost,
 * whenever a server becomes a master or a replica, whenever other masters count, and whenever the keys of a write could
 * not be lifted. It opens once Redis has caught up with MySQL. While the fence has no fresh answer of MySQL, the gate
 * lets nobody through. Nothing happens before the first read asks, because a process that only writes does not need it
 * open.
 */
export class Gate {
  readonly #client: RedisClient;
  readonly #fence: Fence;
  readonly #catchUp: () => Promise<void>;
  #open = false;
  #wanted = false;
  #opening: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #unhook: () => void;
  #closed = false;
  /** Counts how often the gate was shut. A read that began before a shut must not believe a reply after it. */
  generation = 0;

  readonly #lost = (): void => {
    this.shut();
  };
  readonly #ready = (): void => {
    if (this.#wanted) void this.#reopen();
  };

  /** `catchUp` makes sure that Redis holds nothing older than MySQL, or throws. */
  constructor(client: RedisClient, fence: Fence, catchUp: () => Promise<void>) {
    this.#client = client;
    this.#fence = fence;
    fence.whenLost(this.#lost);
    this.#catchUp = catchUp;
    for (const event of ['close', 'end', '-node', '+node']) client.on(event, this.#lost);
    client.on('ready', this.#ready);
    this.#unhook = onRoleChange(client, this.#lost);
  }

  get open(): boolean {
    return this.#open && performance.now() < this.#fence.until;
  }

  /** True if a read may believe Redis now. If not, it starts an attempt to open the gate for later reads. */
  admits(): boolean {
    if (this.#open) return performance.now() < this.#fence.until;
    this.#wanted = true;
    if (this.#timer === null) void this.#reopen();
    return false;
  }

  shut(): void {
    this.#open = false;
    this.generation += 1;
    this.#fence.leave();
    if (this.#wanted && this.#timer === null) this.#later();
  }

  /** Shuts the gate if it was opened; an attempt to open it goes on. */
  doubt(): void {
    if (this.#open) this.shut();
  }

  /** Resolves after one attempt to open the gate. Used at the start, so that the first reads find it open. */
  async tried(): Promise<void> {
    if (this.#open) return;
    this.#wanted = true;
    await this.#reopen();
  }

  close(): void {
    this.#closed = true;
    this.shut();
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const event of ['close', 'end', '-node', '+node']) this.#client.off(event, this.#lost);
    this.#client.off('ready', this.#ready);
    this.#unhook();
  }

  #later(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#reopen();
    }, retry).unref();
  }

  #reopen(): Promise<void> {
    this.#opening ??= this.#attempt().finally(() => {
      this.#opening = null;
      if (!this.#open) this.#later();
    });
    return this.#opening;
  }

  async #attempt(): Promise<void> {
    if (this.#open || this.#closed || this.#client.status !== 'ready') return;
    const { generation } = this;
    try {
      await this.#catchUp();
      if (generation === this.generation) this.#open = true;
    } catch {
      // The next attempt comes soon.
    }
  }
}
