import type { Pool, PoolConnection, RowDataPacket } from 'mysql2';
import { callbackify } from 'node:util';
import { reasonOf } from './cancelled.js';
import { noConnection } from './errors.js';
import { isConnectionLimit, isHourlyLimit } from './refusals.js';
import { prepare, Session } from './session.js';
import { hangUp } from './side-connection.js';

/** A private field of the driver's pool. */
interface Inside {
  readonly config: { connectionLimit: number };
}

const insideOf = (pool: Pool): Inside => pool as unknown as Inside;

/** False once a connection has left its pool. */
function isIn(connection: PoolConnection): boolean {
  const { _pool: pool } = connection as unknown as { readonly _pool: object | null };
  return pool !== null;
}

type Done = (error: Error | null, connection: PoolConnection) => void;

/** Paces of a limited pool, in milliseconds. */
export interface PoolPaces {
  /** Time after which a pool that was refused a connection tries to have more again. */
  readonly growAfter: number;
  /** Time after which a connection that nobody uses is given back. It may take twice as long. */
  readonly giveBackAfter: number;
  /** Time before all its connections may be left again: while no server takes writes, each write would ask for it. */
  readonly moveOnAfter: number;
}

const standardPaces: PoolPaces = { growAfter: 15_000, giveBackAfter: 2_500, moveOnAfter: 2_000 };

/** How often a pool without any connection asks for its first again, and how many milliseconds apart. */
const patience = { tries: 5, pause: 100 };

/**
 * A pool that prepares each connection before anybody uses it, and that is never larger than the server and the account
 * allow. If another connection is refused because there are too many, the pool shrinks to what it has, and the caller
 * waits for one of those. It leaves one for the connections outside of the pool, by which statements are ended and
 * tables are looked at, and gives back those that nobody uses: other processes with the same account need them. After a
 * while it tries to grow again.
 */
export class PinnedPool {
  /** Connections that nobody uses. */
  readonly idle = new Set<PoolConnection>();
  /** How many connections it was made for. */
  readonly wanted: number;
  readonly #pool: Pool;
  readonly #paces: PoolPaces;
  readonly #session = new Session();
  readonly #pinned = new WeakSet<PoolConnection>();
  readonly #open = new Set<PoolConnection>();
  /** Connections in use that are not used again, and when the last of them were left. */
  readonly #left = new WeakSet<PoolConnection>();
  #movedOnAt = -Infinity;
  /** How many it used when it last met a limit; `wanted` if it never did, or has had more since. */
  #told: number;
  /** When a connection was last refused; null if none was since the pool has grown. */
  #shrunkAt: number | null = null;
  #asked = false;
  /** True if the account has a limit of new connections: then idle ones are kept. */
  #keepsIdle = false;
  #idleBefore: ReadonlySet<PoolConnection> = new Set();
  #timer: NodeJS.Timeout | undefined;

  /** `pool` has the option `gracefulEnd`. */
  constructor(pool: Pool, size: number, paces: Partial<PoolPaces> = {}) {
    this.#pool = pool;
    this.wanted = size;
    this.#told = size;
    this.#paces = { ...standardPaces, ...paces };
    pool.on('acquire', (connection) => this.idle.delete(connection));
    pool.on('release', (connection) => this.idle.add(connection));
    pool.on('connection', (connection) => {
      this.#open.add(connection);
      // It was refused others before this one was made.
      if (this.#shrunkAt !== null && this.room < roomIn(this.#open.size)) this.#shrink(roomIn(this.#open.size));
      for (const event of ['error', 'end']) connection.on(event, () => this.#gone(connection));
    });
  }

  /** How many connections the pool may have now. */
  get room(): number {
    return insideOf(this.#pool).config.connectionLimit;
  }

  /** The same, but while it tries to grow again, what it had. */
  get size(): number {
    return Math.min(this.room, this.#told);
  }

  getConnection(done: Done): void {
    this.#get(done, patience.tries);
  }

  /** A connection that can be used, or the reason of the abort. One that comes after the abort goes back unused. */
  take(signal: AbortSignal | undefined): Promise<PoolConnection> {
    return new Promise((resolve, reject) => {
      let over = false;
      const abort = (): void => {
        over = true;
        if (signal === undefined) return;
        const reason = reasonOf(signal);
        reject(reason.code === 'timeout' ? noConnection(reason) : reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.getConnection((error, connection) => {
        signal?.removeEventListener('abort', abort);
        if (error !== null) reject(error);
        else if (over) connection.release();
        else resolve(connection);
      });
    });
  }

  /** Returns a connection that can be used again. */
  release(connection: PoolConnection): void {
    // Connections that are being made, and may be refused, do not count.
    if (this.#open.size > this.room || this.#left.has(connection)) this.#leave(connection);
    else connection.release();
  }

  /**
   * Leaves all connections of now, because their server takes no writes any more; those in use go when they are
   * returned. Behind a balancer or a name, new ones may lead to another server.
   */
  moveOn(): void {
    if (performance.now() - this.#movedOnAt < this.#paces.moveOnAfter) return;
    this.#movedOnAt = performance.now();
    for (const connection of this.#open) this.#left.add(connection);
    for (const connection of this.idle) this.#leave(connection);
  }

  /** Tries to have as many connections as it was made for. */
  grow(): void {
    this.#shrunkAt = null;
    this.#asked = false;
    this.#setRoom(this.wanted);
  }

  end(done: (error: unknown) => void): void {
    clearInterval(this.#timer);
    this.#pool.end(done);
  }

  #get(done: Done, tries: number): void {
    if (this.#shrunkAt !== null && performance.now() - this.#shrunkAt > this.#paces.growAfter) this.grow();
    this.#pool.getConnection((none, connection) => {
      if (none !== null) {
        if (isConnectionLimit(none))
          this.#refused(
            none,
            () => done(none, connection),
            () => this.#get(done, tries - 1),
            tries,
          );
        else done(none, connection);
        return;
      }
      if (this.#pinned.has(connection)) {
        done(null, connection);
        return;
      }
      callbackify(() => this.#prepare(connection))((error: Error | null) => {
        if (error === null) this.#pinned.add(connection);
        else connection.destroy();
        done(error, connection);
      });
    });
  }

  async #prepare(connection: PoolConnection): Promise<void> {
    let most = 0;
    await prepare(connection, this.#session, async () => {
      if (!this.#asked) most = await mayHave(connection);
      this.#asked = true;
    });
    // One more than it used is the one that it leaves to others.
    if (this.#open.size > this.#told + 1) this.#told = this.wanted;
    if (most > 0 && roomIn(most) < this.room) this.#shrink(roomIn(most));
  }

  /** The server refused one more connection: `again` waits for another, if there are any. */
  #refused(error: Error, fail: () => void, again: () => void, tries: number): void {
    for (const connection of this.#open) if (!isIn(connection)) this.#gone(connection);
    const open = this.#open.size;
    const perHour = isHourlyLimit(error);
    if (open > 0) {
      this.#keepsIdle ||= perHour;
      this.#shrink(perHour ? open : roomIn(open));
      again();
    } else if (tries > 0 && !perHour) setTimeout(again, patience.pause);
    else fail();
  }

  #shrink(room: number): void {
    this.#shrunkAt = performance.now();
    this.#setRoom(Math.min(this.wanted, room));
    this.#told = this.room;
    this.#giveBack();
  }

  /** Gives back connections that nobody has used between two looks, from now on. */
  #giveBack(): void {
    this.#timer ??= setInterval(() => {
      if (this.#keepsIdle) return;
      for (const connection of this.#idleBefore) if (this.idle.has(connection)) this.#leave(connection);
      this.#idleBefore = new Set(this.idle);
    }, this.#paces.giveBackAfter).unref();
  }

  #setRoom(room: number): void {
    insideOf(this.#pool).config.connectionLimit = room;
  }

  #leave(connection: PoolConnection): void {
    this.#gone(connection);
    hangUp(connection);
  }

  #gone(connection: PoolConnection): void {
    this.idle.delete(connection);
    this.#open.delete(connection);
  }
}

/** Of so many connections, those that a pool uses: one is left for those outside of it. */
function roomIn(most: number): number {
  return Math.max(1, most - 1);
}

/** How many connections the account may have at a time; 0 if it has no limit, or if the server does not say. */
function mayHave(connection: PoolConnection): Promise<number> {
  return new Promise((resolve) => {
    connection.query<RowDataPacket[]>('SELECT @@max_user_connections AS most', (error, rows) => {
      const most = error === null ? Number(rows[0]?.['most'] ?? 0) : 0;
      resolve(Number.isInteger(most) ? most : 0);
    });
  });
}
