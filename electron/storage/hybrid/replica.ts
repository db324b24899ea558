import { Database, type DatabaseConfig, type Sql, sqlTime } from '../../data/mysql/database.js';

export interface ReplicaOptions {
  /** How many milliseconds a replica may lag and still be read. Default 2000. */
  readonly lagBound?: number;
  /** Milliseconds between two measurements. Default 1000. */
  readonly every?: number;
}

interface Replica {
  readonly db: Database;
  /** Milliseconds of lag at the last measurement; null if unknown, and then the replica is not read. */
  lag: number | null;
}

/**
 * Read replicas for reads without a cache: skips, statistics, lists. Whatever fills Redis is always read from the
 * primary, because a replica's older row would stay there. A replica is read while its lag is within the bound. The lag
 * is measured every second by a heartbeat row (console_marks of migration 0003; SHOW REPLICA STATUS without it). After
 * their own write, a user is read from the primary for the bound plus two measurements plus a second. A replica that is
 * away or late is left out until it is back; without any, the primary is read.
 */
export class Replicas {
  readonly #primary: Sql;
  readonly #replicas: readonly Replica[];
  readonly #bound: number;
  readonly #own: number;
  readonly #wrote = new Map<string, number>();
  readonly #timer: NodeJS.Timeout | null = null;
  #measuring: Promise<void> | null = null;
  #next = 0;

  constructor(
    primary: Sql,
    configs: readonly DatabaseConfig[],
    { lagBound = 2_000, every = 1_000 }: ReplicaOptions = {},
  ) {
    this.#primary = primary;
    this.#bound = lagBound;
    this.#own = lagBound + 2 * every + 1_000;
    this.#replicas = configs.map((config) => ({ db: new Database(config, { moves: 0 }), lag: null }));
    if (configs.length === 0) return;
    this.#timer = setInterval(() => void this.measure(), every);
    this.#timer.unref();
    void this.measure();
  }

  /** How many milliseconds each replica lags; null if it is away or reports nothing. */
  get lags(): readonly (number | null)[] {
    return this.#replicas.map(({ lag }) => lag);
  }

  /** Records that this user has written: the user's next reads go to the primary. */
  wrote(username: string): void {
    if (this.#replicas.length === 0) return;
    this.#wrote.set(username, Date.now() + this.#own);
    if (this.#wrote.size < 10_000) return;
    for (const [name, until] of this.#wrote) if (until < Date.now()) this.#wrote.delete(name);
  }

  /** The server for this user's reads. */
  for(username: string): Sql {
    return (this.#wrote.get(username) ?? 0) > Date.now() ? this.#primary : this.any();
  }

  /**
   * A replica within the bound, in turn, or the primary. A replica that fails a read is left out, and the primary
   * answers.
   */
  any(): Sql {
    const near = this.#replicas.filter(({ lag }) => lag !== null && lag <= this.#bound);
    const replica = near[this.#next++ % Math.max(1, near.length)];
    return replica === undefined ? this.#primary : this.#orPrimary(replica);
  }

  /** Measures every replica now. Never throws. */
  async measure(): Promise<void> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = null;
    });
    await this.#measuring;
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await Promise.all(this.#replicas.map(({ db }) => db.close(2_000).catch(() => undefined)));
  }

  #orPrimary(replica: Replica): Sql {
    return {
      rows: (sql, parameters, signal) =>
        replica.db.rows<never>(sql, parameters, signal).catch((error: unknown) => {
          if (signal?.aborted === true) throw error;
          replica.lag = null;
          return this.#primary.rows(sql, parameters, signal);
        }),
      run: (sql, parameters, signal) => this.#primary.run(sql, parameters, signal),
    };
  }

  async #measure(): Promise<void> {
    const beats = await this.#beat();
    await Promise.all(
      this.#replicas.map(async (replica) => {
        const limit = AbortSignal.timeout(2_000);
        const lag = beats ? lagByHeartbeat(replica.db, limit) : lagByStatus(replica.db, limit);
        replica.lag = await lag.catch(() => null);
      }),
    );
  }

  /** Updates the heartbeat row; false if there is none. At most two updates a second, over all processes. */
  async #beat(): Promise<boolean> {
    try {
      const now = new Date();
      const mark = `${sqlTime(now)}.${String(now.getMilliseconds()).padStart(3, '0')}`;
      await this.#primary.run("UPDATE console_marks SET at = GREATEST(at, ?) WHERE name = 'heartbeat'", [mark]);
      return true;
    } catch {
      return false;
    }
  }
}

async function lagByHeartbeat(db: Database, signal: AbortSignal): Promise<number | null> {
  const [row] = await db.rows<{ at: string }>("SELECT at FROM console_marks WHERE name = 'heartbeat'", [], signal);
  return row === undefined ? null : Math.max(0, Date.now() - Date.parse(`${row.at.replace(' ', 'T')}Z`));
}

async function lagByStatus(db: Database, signal: AbortSignal): Promise<number | null> {
  const [row] = await db.rows<Record<string, unknown>>('SHOW REPLICA STATUS', [], signal);
  const seconds = row?.['Seconds_Behind_Source'] ?? row?.['Seconds_Behind_Master'];
  return seconds === undefined || seconds === null ? null : Number(seconds) * 1_000;
}
