import type { AdminConfig, ConfigImage, EntryImages } from './admin-config.js';
import type { Images } from './audited-change.js';
import type { Parameter, Sql } from '../mysql/database.js';
import type { Keys } from '../redis/keys.js';
import { configEntries, type Kind, rowTables, type RowTable, tableOf } from '../tables.js';
import { chunked, insertRows, tableKeyParameter, type RowValues, setColumns } from './row-writer.js';
import { generatedColumns } from './unseen.js';

export type Row = Readonly<Record<string, unknown>>;

/** One thing with its images, as the audit stores it. */
export interface Imaged {
  readonly target: string;
  readonly before: Images;
  readonly after: Images;
}

/** The same with its kind. */
export interface ImagedThing extends Imaged {
  readonly kind: Kind;
}

export interface RowWork {
  readonly target: string;
  readonly before: Row | null;
  readonly after: Row | null;
}

/** True if this version can write back everything in the images. */
export function restorable({ before, after }: Imaged): boolean {
  return [...Object.keys(before), ...Object.keys(after)].every(
    (name) => name === configEntries.place || tableOf(name)?.key !== undefined,
  );
}

/**
 * Writes the before-images of these things back, the last change first. Call `findConflicts` with `lock` before it, and
 * save the config after it. Returns the number of written rows.
 */
export async function writeBack(tx: Sql, config: AdminConfig, things: readonly Imaged[]): Promise<number> {
  let rows = 0;
  for (const [table, place] of rowTables.toReversed()) {
    const keys = netOf(worksOf(things, table, place), place).flatMap((work) =>
      work.before === null ? [tableKeyParameter(table, work.after?.[place.key] as string)] : [],
    );
    for (const batch of chunked(keys, 1_000))
      await tx.run(`DELETE FROM \`${table}\` WHERE \`${place.key}\` IN (?)`, [batch]);
    rows += keys.length;
  }
  const nets = rowTables.flatMap(([table, place]) => {
    const works = netOf(worksOf(things, table, place), place);
    return works.length === 0 ? [] : [{ table, place, works }];
  });
  const returning = nets.filter(({ works }) => works.some(({ after }) => after === null));
  const generated = await generatedColumns(
    tx,
    returning.map(({ table }) => table),
  );
  for (const { table, place, works } of nets) {
    const updates = works.flatMap(({ before, after }): RowValues[] => {
      if (before === null || after === null) return [];
      const { [place.key]: key, ...values } = before as Record<string, Parameter>;
      return [{ key: key as string, values }];
    });
    const inserts = works.flatMap(({ before, after }) =>
      before !== null && after === null ? [without(before, generated.get(table)) as Record<string, Parameter>] : [],
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

function without(row: Row, columns: ReadonlySet<string> | undefined): Row {
  if (columns === undefined) return row;
  return Object.fromEntries(Object.entries(row).filter(([column]) => !columns.has(column)));
}

/** An image from the audit's text. Bytes become bytes again. */
export function imagesFrom(text: string | null): Images {
  return JSON.parse(text ?? '{}', (_, value: unknown) => bytesIn(value) ?? value) as Images;
}

/** The bytes that JSON wrote as an object; null for any other value. */
export function bytesIn(value: unknown): Buffer | null {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'type,data') return null;
  const { type, data } = value as { readonly type: unknown; readonly data: unknown };
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]) : null;
}

/** The images of the thing's entry in the config. */
export function entryImages({ before, after }: Imaged): EntryImages {
  const of = (images: Images): readonly ConfigImage[] =>
    (images[configEntries.place] ?? []) as unknown as readonly ConfigImage[];
  return { before: of(before), after: of(after) };
}

/** Pairs the rows of both images by their key. */
export function worksOf(things: readonly Imaged[], table: string, place: RowTable): RowWork[] {
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

/** A value as text. Columns come as text or numbers, and an image that went through JSON gives the same text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** The key of a work's row. */
export function keyIn(work: RowWork, place: Pick<RowTable, 'key'>): string {
  return String((work.after ?? work.before)?.[place.key]);
}

/** Combines several works on one row, the last first, into one: from the current row to the row before the first. */
function netOf(works: readonly RowWork[], place: RowTable): RowWork[] {
  const net = new Map<string, RowWork>();
  for (const work of works) {
    const key = keyIn(work, place);
    const later = net.get(key);
    const kept = later?.before ?? null;
    const before = kept === null || work.before === null ? work.before : { ...kept, ...work.before };
    net.set(key, { target: work.target, before, after: later === undefined ? work.after : later.after });
  }
  return [...net.values()].filter(({ before, after }) => before !== null || after !== null);
}

/** The users who own the things in these images. */
export function holdersIn(images: Images): readonly string[] {
  return Object.entries(images).flatMap(([name, rows]) => textsIn(tableOf(name)?.holder, rows));
}

/**
 * Cached values that contain what is in these images: the rows themselves, and the users who own the rows or the
 * entries.
 */
export function cachesIn(keys: Keys, images: Images): readonly string[] {
  const users = [...holdersIn(images), ...textsIn(configEntries.holder, images[configEntries.place])];
  return [
    ...Object.entries(images).flatMap(([name, rows]) =>
      rows.flatMap((row) => tableOf(name)?.caches?.(keys, row) ?? []),
    ),
    ...users.map((name) => keys.of('userInfo', name)),
  ];
}

/** True if a change from the first images to the second takes away rights that a user's sessions still have. */
export function lessens(from: Images, to: Images): boolean {
  return Object.entries(to).some(([name, [row]]) =>
    row === undefined ? false : tableOf(name)?.lessens?.(from[name]?.[0] ?? {}, row) === true,
  );
}

function textsIn(column: string | undefined, rows: readonly Row[] = []): readonly string[] {
  return rows.flatMap((row) => {
    const value = column === undefined ? undefined : row[column];
    return typeof value === 'string' ? [value] : [];
  });
}
