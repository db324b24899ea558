/**
 * Writes that are held just before their commit, and what they have locked by then: shows who waits for whom without
 * relying on chance.
 *
 * @example
 * const commits = holdCommits(site);
 * const held = commits.next();
 * const write = storage.banUser('alice', true);
 * await held.reached;            // the work is done, nothing is committed
 * held.locks;                    // what it locks (MySQL; empty on MariaDB)
 * held.release();
 * await write;
 */
import type { Sql, Transaction } from '../../electron/data/mysql/database.js';
import type { Site } from '../../electron/data/site.js';
import type { Engine } from '../sandbox/types.js';

/** A record that a transaction has locked. */
export interface RecordLock {
  readonly table: string;
  readonly index: string;
  /** As the server reports it: `X,REC_NOT_GAP`, `S`, `X,GAP` … */
  readonly mode: string;
  /** The record's values in the index. */
  readonly record: string;
}

export interface HeldCommit {
  /** Resolves once the work of the transaction is done. */
  readonly reached: Promise<void>;
  /** What the transaction had locked by then. Only on MySQL; MariaDB does not report it. */
  readonly locks: readonly RecordLock[];
  release(): void;
  /** Lets it fail instead: it is rolled back, and its write throws this. */
  fail(error: Error): void;
}

export interface WatchedCommits {
  /** What each transaction had locked at its end. */
  readonly locks: readonly RecordLock[];
  /** The server's ids of the connections that they ran on. */
  readonly connections: readonly number[];
  end(): void;
}

/** The commits of one process. */
export interface Commits {
  /** Holds the next one. */
  next(): HeldCommit;
  /** Observes each further one without holding it. */
  watch(): WatchedCommits;
  /** Releases everything: for what comes after a test, even a failed one. */
  letGo(): void;
}

/** Intercepts this process's transactions between their work and their commit. */
export function holdCommits(site: Site, listLocks: boolean): Commits {
  const transaction = site.db.transaction.bind(site.db);
  let begun: ((tx: Transaction) => Promise<void>) | null = null;
  let before: ((tx: Transaction) => Promise<void>) | null = null;
  site.db.transaction = (work, signal) =>
    transaction(async (tx) => {
      await begun?.(tx);
      const value = await work(tx);
      await before?.(tx);
      return value;
    }, signal);
  const held = new Set<() => void>();
  return {
    letGo() {
      begun = null;
      before = null;
      for (const release of held) release();
      held.clear();
    },
    next() {
      const reached = signal();
      const released = signal();
      let failure: Error | null = null;
      held.add(released.give);
      const locks: RecordLock[] = [];
      before = async (tx) => {
        before = null;
        if (listLocks) locks.push(...(await locksOf(tx)));
        reached.give();
        await released.given;
        if (failure !== null) throw failure;
      };
      return {
        reached: reached.given,
        locks,
        release: released.give,
        fail: (error) => {
          failure = error;
          released.give();
        },
      };
    },
    watch() {
      const locks: RecordLock[] = [];
      const connections: number[] = [];
      begun = async (tx) => {
        const [row] = await tx.rows<{ id: string }>('SELECT CONNECTION_ID() AS id');
        connections.push(Number(row?.id));
      };
      before = async (tx) => {
        if (listLocks) locks.push(...(await locksOf(tx)));
      };
      return {
        locks,
        connections,
        end: () => {
          begun = null;
          before = null;
        },
      };
    },
  };
}

/** A promise that is resolved from outside. */
function signal(): { readonly given: Promise<void>; give(): void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

/**
 * The records that a transaction has locked by now, as MySQL lists them; inserted ones that no one else waits for are
 * missing.
 */
async function locksOf(tx: Sql): Promise<RecordLock[]> {
  return tx.rows<RecordLock>(
    `SELECT l.OBJECT_NAME AS \`table\`, l.INDEX_NAME AS \`index\`, l.LOCK_MODE AS mode, l.LOCK_DATA AS record
     FROM performance_schema.data_locks l JOIN performance_schema.threads t ON t.THREAD_ID = l.THREAD_ID
     WHERE t.PROCESSLIST_ID = CONNECTION_ID() AND l.LOCK_TYPE = 'RECORD' AND l.LOCK_STATUS = 'GRANTED'`,
  );
}

/**
 * The record for which a transaction on one of these connections waits now, or undefined. MariaDB refreshes it at most
 * every tenth of a second.
 */
async function waitedFor(sql: Sql, engine: Engine, connections: readonly number[]): Promise<RecordLock | undefined> {
  if (connections.length === 0) return undefined;
  const [row] = await sql.rows<RecordLock>(
    engine === 'mysql'
      ? `SELECT l.OBJECT_NAME AS \`table\`, l.INDEX_NAME AS \`index\`, l.LOCK_MODE AS mode, l.LOCK_DATA AS record
         FROM performance_schema.data_locks l JOIN performance_schema.threads t ON t.THREAD_ID = l.THREAD_ID
         WHERE l.LOCK_STATUS = 'WAITING' AND t.PROCESSLIST_ID IN (?)`
      : `SELECT SUBSTRING_INDEX(REPLACE(l.lock_table, '\`', ''), '.', -1) AS \`table\`, l.lock_index AS \`index\`,
           l.lock_mode AS mode, l.lock_data AS record
         FROM information_schema.INNODB_LOCK_WAITS w
         JOIN information_schema.INNODB_LOCKS l ON l.lock_id = w.requested_lock_id
         JOIN information_schema.INNODB_TRX t ON t.trx_id = w.requesting_trx_id
         WHERE t.trx_mysql_thread_id IN (?)`,
    [connections],
  );
  return row;
}

/** The row for which `work`, in an observed process, waits; null if it ends instead. Throws if neither happens. */
export async function waitOf(
  work: Promise<unknown>,
  watched: WatchedCommits,
  { db, engine }: { readonly db: Sql; readonly engine: Engine },
): Promise<RecordLock | null> {
  let over = false;
  work.then(
    () => (over = true),
    () => (over = true),
  );
  for (const late = Date.now() + 10_000; Date.now() < late;) {
    const found = await waitedFor(db, engine, watched.connections);
    if (over) return null;
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, engine === 'mysql' ? 20 : 150));
  }
  throw new Error('It neither ended nor waited for a row');
}
