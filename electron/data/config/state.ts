import type { Sql } from '../mysql/database.js';
import { hasTables } from '../tables.js';

/** Where the entries are. leaving: in rows, moving back; writers lock the config's row. */
export type Mode = 'json' | 'leaving' | 'rows';

export interface ConfigState {
  readonly mode: Mode;
  /** Changes when all readers have to compose everything again. */
  readonly generation: string;
}

/** A site where migration 0005 has not run: its entries are in the JSON. */
const unmoved: ConfigState = { mode: 'json', generation: '' };

/** The databases in which the tables were seen: they are never dropped. */
const seen = new WeakSet<object>();

/**
 * When they were last found missing, by database. A site may be migrated at any time, so this decides nothing: it only
 * saves a query that is repeated under the config's lock.
 */
const missing = new WeakMap<object, number>();
const missingMs = 10_000;

/** Databases whose entries were in rows at the last look. */
const inRows = new WeakSet<object>();

/** Where the entries are, for a SELECT whose other tables may be locked: a nested SELECT locks nothing. */
export const modeSql = '(SELECT s.mode FROM console_config_state s WHERE s.id = 1)';

/**
 * A write that assumed the entries in rows found with its first statement that they are not: nothing has been written
 * yet.
 */
export class NotInRows extends Error {
  constructor() {
    super('The entries of the config are not in rows');
    this.name = 'NotInRows';
  }
}

/**
 * Runs a write that concerns one user. If the entries were in rows at the last look, it assumes so (`rows` is true),
 * and the write's own first statement checks it, which saves a query. If they are not, that statement throws NotInRows,
 * and the write runs once more. The assumption never decides: the statement that locks the user's row reads the state
 * too, and holds its table's metadata lock like any other read.
 */
export async function asInRows<T>(sql: Sql, write: (rows: boolean) => Promise<T>): Promise<T> {
  const { home } = sql;
  if (home === undefined || !inRows.has(home)) return write(false);
  try {
    return await write(true);
  } catch (error) {
    if (!(error instanceof NotInRows)) throw error;
    inRows.delete(home);
    return write(false);
  }
}

/** True once migration 0005 has run here. */
export async function hasState(sql: Sql): Promise<boolean> {
  const { home } = sql;
  if (home !== undefined && seen.has(home)) return true;
  const found = await hasTables(sql, 'config');
  if (home !== undefined && found) seen.add(home);
  else if (home !== undefined) missing.set(home, performance.now());
  return found;
}

/**
 * Where the entries are, as committed now. Takes no row lock, so no two users wait for each other here. Inside a
 * transaction it holds the table's metadata lock until the end, which is what a move back waits for.
 */
export async function stateOf(sql: Sql): Promise<ConfigState> {
  if (!(await hasState(sql))) return unmoved;
  const [row] = await sql.rows<ConfigState>('SELECT mode, generation FROM console_config_state WHERE id = 1');
  const state = row ?? unmoved;
  if (sql.home !== undefined && state.mode === 'rows') inRows.add(sql.home);
  return state;
}

/** The config's row. */
export interface ConfigRow extends ConfigState {
  readonly id: string | number | null;
  readonly text: string;
}

interface Row {
  readonly id: string | number;
  readonly config_value: string | null;
}

const configRow = "SELECT id, config_value FROM admin_configs WHERE config_key = 'main_config'";

function rowOf(row: Row | undefined, state: ConfigState): ConfigRow {
  return { ...state, id: row?.id ?? null, text: row?.config_value ?? '{}' };
}

/** The config's row and where the entries are, consistent because read in one statement. */
export async function readConfigRow(sql: Sql): Promise<ConfigRow> {
  if (!(await hasState(sql))) {
    const [row] = await sql.rows<Row>(configRow);
    return rowOf(row, unmoved);
  }
  const [row] = await sql.rows<Partial<Row> & Partial<ConfigState>>(
    `SELECT c.id, c.config_value, s.mode, s.generation FROM (SELECT 1 AS one) o
     LEFT JOIN admin_configs c ON c.config_key = 'main_config' LEFT JOIN console_config_state s ON s.id = 1`,
  );
  const { mode, generation } = row ?? {};
  const state =
    mode === undefined || generation === undefined ? unmoved : { mode: mode ?? 'json', generation: generation ?? '' };
  return rowOf(
    row?.id === undefined || row.id === null ? undefined : { id: row.id, config_value: row.config_value ?? null },
    state,
  );
}

/** Locks the config's row, and checks again where the entries are: sees what committed while it waited. */
export async function holdConfigRow(tx: Sql): Promise<ConfigRow> {
  const [row] = await tx.rows<Row>(`${configRow} FOR UPDATE`);
  return rowOf(row, await stateOf(tx));
}

/**
 * For a write that concerns one user: locks the config's row if the entries are in the JSON or moving back there; locks
 * nothing if they are in rows. Returns the locked row, else null.
 *
 * - The state is `rows`: a move back waits for this transaction before it moves the first entry.
 * - Otherwise: it is checked again under the config's lock, because a move may have committed in between. It cannot
 *   change until the end, since both moves hold that lock when they change it. For the same reason a site without the
 *   table cannot have moved under the lock either.
 */
export async function holdConfigForUsers(tx: Sql): Promise<ConfigRow | null> {
  const asked = tx.home === undefined ? undefined : missing.get(tx.home);
  const lately = asked !== undefined && performance.now() - asked < missingMs;
  if (!lately && (await stateOf(tx)).mode === 'rows') return null;
  return holdConfigRow(tx);
}

/**
 * Makes all readers that have composed the config compose it again; the caller must invalidate `configSettings` too.
 */
export async function newGeneration(tx: Sql): Promise<void> {
  await tx.run('UPDATE console_config_state SET generation = UUID() WHERE id = 1');
}
