import { type AdminConfig, type ConfigImage, type EntryImages, sameJson } from './admin-config.js';
import type { Images } from './change.js';
import type { Parameter, Sql } from './mysql/database.js';
import { batches, insertRows, keyOf, type RowValues, setColumns } from './rows.js';

type Row = Readonly<Record<string, unknown>>;

interface Place {
  readonly key: string;
  readonly json?: readonly string[];
  /** Columns whose value another row may have taken meanwhile. */
  readonly unique?: readonly string[];
  /** Columns that name a user, who must be there. */
  readonly users?: readonly string[];
}

/** Tables whose rows images may hold, parents first. `config.users` stands for entries of the admin config. */
const places: Readonly<Record<string, Place>> = {
  users: { key: 'id', json: ['tags', 'enabled_apis'], unique: ['username'] },
  card_keys: { key: 'id', unique: ['key_hash'], users: ['bound_to'] },
  user_card_keys: { key: 'id', users: ['username'] },
  user_points: { key: 'id', unique: ['username', 'invitation_code'], users: ['username'] },
  points_records: { key: 'id', users: ['username'] },
  invitations: { key: 'id', unique: ['invitee'], users: ['inviter', 'invitee'] },
  ip_reward_records: { key: 'id' },
  play_records: { key: 'id', users: ['username'] },
  favorites: { key: 'id', users: ['username'] },
  episode_skip_configs: { key: 'id', json: ['segments'], users: ['username'] },
  user_login_stats: { key: 'id', unique: ['username'], users: ['username'] },
  console_bans: { key: 'user_id' },
};

/** One thing with its images, as the audit holds it. */
export interface Imaged {
  readonly target: string;
  readonly before: Images;
  readonly after: Images;
}

interface RowWork {
  readonly target: string;
  readonly before: Row | null;
  readonly after: Row | null;
}

const configPlace = 'config.users';

/** True when this version knows how to write back everything that the images hold. */
export function restorable({ before, after }: Imaged): boolean {
  return [...Object.keys(before), ...Object.keys(after)].every(
    (name) => name === configPlace || Object.hasOwn(places, name),
  );
}

/**
 * Targets that no longer stand as their after-images say (or whose before-images no longer fit in), so that writing back would not be exact.
 * With `lock` the rows are held until the transaction ends; lock the config before.
 */
export async function movedOn(
  sql: Sql,
  config: AdminConfig,
  things: readonly Imaged[],
  lock: boolean,
): Promise<Set<string>> {
  const moved = new Set<string>();
  for (const thing of things) {
    if (!restorable(thing) || !config.matches(entryImages(thing))) moved.add(thing.target);
  }
  const returning = new Set(
    things.flatMap((thing) => (thing.before['users'] ?? []).map((row) => textOf(row['username']))),
  );
  for (const [table, place] of Object.entries(places)) {
    const works = worksOf(things, table, place);
    if (works.length === 0) continue;
    const now = await currentRows(sql, table, place, works, lock);
    for (const work of works) {
      const key = String((work.after ?? work.before)?.[place.key]);
      const row = now.get(key);
      const stands = work.after === null ? row === undefined : row !== undefined && sameRow(place, row, work.after);
      if (!stands) moved.add(work.target);
    }
    await takenMeanwhile(sql, table, place, works, moved);
    await goneMeanwhile(sql, place, works, returning, moved);
  }
  return moved;
}

/** Writes the before-images of these things back; call `movedOn` with `lock` first, and save the config afterwards. Answers rows written. */
export async function writeBack(tx: Sql, config: AdminConfig, things: readonly Imaged[]): Promise<number> {
  let rows = 0;
  for (const [table, place] of Object.entries(places).reverse()) {
    const keys = worksOf(things, table, place).flatMap((work) =>
      work.before === null ? [keyOf(work.after?.[place.key] as string)] : [],
    );
    for (const batch of batches(keys, 1_000))
      await tx.run(`DELETE FROM \`${table}\` WHERE \`${place.key}\` IN (?)`, [batch]);
    rows += keys.length;
  }
  for (const [table, place] of Object.entries(places)) {
    const works = worksOf(things, table, place);
    const updates = works.flatMap(({ before, after }): RowValues[] => {
      if (before === null || after === null) return [];
      const { [place.key]: key, ...values } = before as Record<string, Parameter>;
      return [{ key: key as string, values }];
    });
    const inserts = works.flatMap(({ before, after }) =>
      before !== null && after === null ? [before as Record<string, Parameter>] : [],
    );
    await insertRows(tx, table, inserts);
    await setColumns(tx, table, place.key, updates);
    rows += updates.length + inserts.length;
  }
  for (const thing of things) {
    const images = entryImages(thing);
    if (images.before.length > 0 || images.after.length > 0) config.restore(images);
  }
  return rows;
}

function entryImages({ before, after }: Imaged): EntryImages {
  const of = (images: Images): readonly ConfigImage[] =>
    (images[configPlace] ?? []) as unknown as readonly ConfigImage[];
  return { before: of(before), after: of(after) };
}

/** Pairs the rows of both images by their key. */
function worksOf(things: readonly Imaged[], table: string, place: Place): RowWork[] {
  return things.flatMap(({ target, before, after }) => {
    const was = new Map((before[table] ?? []).map((row) => [String(row[place.key]), row]));
    const is = new Map((after[table] ?? []).map((row) => [String(row[place.key]), row]));
    return [...new Set([...was.keys(), ...is.keys()])].map((key) => ({
      target,
      before: was.get(key) ?? null,
      after: is.get(key) ?? null,
    }));
  });
}

async function currentRows(
  sql: Sql,
  table: string,
  place: Place,
  works: readonly RowWork[],
  lock: boolean,
): Promise<Map<string, Row>> {
  const keys = works.map((work) => keyOf((work.after ?? work.before)?.[place.key] as string));
  const columns = new Set([place.key, ...works.flatMap((work) => Object.keys(work.after ?? {}))]);
  const found = new Map<string, Row>();
  for (const batch of batches(keys, 1_000)) {
    const rows = await sql.rows<Row>(
      `SELECT ${[...columns].map((column) => `\`${column}\``).join(', ')} FROM \`${table}\` WHERE \`${place.key}\` IN (?)${lock ? ' FOR UPDATE' : ''}`,
      [batch],
    );
    for (const row of rows) found.set(String(row[place.key]), row);
  }
  return found;
}

function sameRow(place: Place, row: Row, image: Row): boolean {
  return Object.entries(image).every(([column, value]) =>
    sameValue(row[column], value, place.json?.includes(column) === true),
  );
}

/** Columns come as text or numbers, and an image that went through JSON still holds the same. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function sameValue(a: unknown, b: unknown, json: boolean): boolean {
  if (a === null || b === null || a === undefined || b === undefined) return (a ?? null) === (b ?? null);
  const [left, right] = [textOf(a), textOf(b)];
  if (left === right) return true;
  if (!json) return false;
  try {
    return sameJson(JSON.parse(left), JSON.parse(right));
  } catch {
    return false;
  }
}

const collator = new Intl.Collator('und', { sensitivity: 'base' });

/** True where the columns' collation takes both for one value: case, accents, width and trailing spaces do not count. */
function asOne(a: string, b: string): boolean {
  return collator.compare(a.trimEnd(), b.trimEnd()) === 0;
}

/** Marks targets whose unique value stands in another row by now: a code given anew, a name registered again. */
async function takenMeanwhile(
  sql: Sql,
  table: string,
  place: Place,
  works: readonly RowWork[],
  moved: Set<string>,
): Promise<void> {
  for (const column of place.unique ?? []) {
    const wanted = works.filter(
      ({ before, after }) => before?.[column] !== undefined && before[column] !== after?.[column],
    );
    for (const batch of batches(wanted, 1_000)) {
      const rows = await sql.rows<Record<string, unknown>>(
        `SELECT \`${place.key}\`, \`${column}\` FROM \`${table}\` WHERE \`${column}\` IN (?)`,
        [batch.map((work) => work.before?.[column] as Parameter)],
      );
      if (rows.length === 0) continue;
      const keys = new Set(batch.map((work) => String(work.before?.[place.key])));
      const foreign = rows.filter((row) => !keys.has(String(row[place.key])));
      for (const work of batch) {
        if (foreign.some((row) => asOne(String(row[column]), String(work.before?.[column])))) moved.add(work.target);
      }
    }
  }
}

/** Marks targets whose rows name a user who is not there and does not come back with them. */
async function goneMeanwhile(
  sql: Sql,
  place: Place,
  works: readonly RowWork[],
  returning: ReadonlySet<string>,
  moved: Set<string>,
): Promise<void> {
  for (const column of place.users ?? []) {
    const wanted = works.flatMap((work) => {
      const name = work.before?.[column];
      return typeof name === 'string' && !returning.has(name) ? [{ target: work.target, name }] : [];
    });
    for (const batch of batches(wanted, 1_000)) {
      const rows = await sql.rows<{ username: string }>('SELECT username FROM users WHERE username IN (?)', [
        batch.map(({ name }) => name),
      ]);
      const there = new Set(rows.map((row) => row.username));
      for (const { target, name } of batch) if (!there.has(name)) moved.add(target);
    }
  }
}
