import { randomUUID } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import type { Sql, Transaction } from '../mysql/database.js';
import { chunked } from '../write/row-writer.js';
import { parseConfig, writeConfigText } from '../write/admin-config.js';
import {
  type Base,
  columnsOf,
  composedText,
  driftOf,
  type KnownField,
  knownFields,
  type UserColumns,
} from './entry-fields.js';
import { type EntryRow, insertEntries } from './entry-rows.js';
import { joinList, splitList } from './json-text.js';
import { nameOf } from './list-parts.js';
import { isObject } from './same-json.js';
import { lacks } from '../tables.js';
import { type ConfigRow, hasState, holdConfigRow, type Mode, readConfigRow } from './state.js';
import { usersText, withUsersText } from './users-text.js';

/** The numbers of a move, for its preview and its result. */
export interface MoveReport {
  /** Where the entries were at the time of counting. */
  readonly mode: Mode;
  /** Elements of the list. */
  readonly entries: number;
  /** How many entries disagree with their user's columns, by field; readers see the same values as before. */
  readonly drifted: Readonly<Partial<Record<KnownField, number>>>;
  /** Some of the users concerned. */
  readonly driftedSample: readonly string[];
  /** Entries without a user. */
  readonly withoutUser: number;
  /** Names that occur more than once; the first counts. */
  readonly doubled: readonly string[];
  /**
   * Elements that are no user's entry: not an object, without a name, a repeated name, a name that no user can have.
   */
  readonly odd: number;
  /** Bytes of the whole config as JSON. */
  readonly bytes: number;
}

const sampled = 20;
/** Entries per statement when all are read. */
const atOnce = 2_000;

interface Parted {
  readonly report: MoveReport;
  readonly rows: readonly EntryRow[];
}

/**
 * What moving the entries into rows would do now. Throws `unsupported` (the tables are missing, or the config cannot be
 * read), `conflict` (they are in rows already).
 */
export async function previewMoveIn(sql: Sql): Promise<MoveReport> {
  await needState(sql);
  const row = await readConfigRow(sql);
  needMode(row, 'json');
  return (await part(sql, row)).report;
}

/**
 * Moves the entries out of the JSON into rows, in the caller's transaction, and returns what it did. Readers see the
 * same values, and `moveBack` restores exactly the same text. The caller invalidates `adminConfig` and `configVersion`.
 * Throws as the preview.
 *
 * No write is lost: every writer of entries in the JSON locks the config's row, and once it has the lock checks again
 * where the entries are.
 */
export async function moveIn(tx: Transaction, by: string): Promise<MoveReport> {
  await needState(tx);
  const row = await holdConfigRow(tx);
  needMode(row, 'json');
  const { report, rows } = await part(tx, row);
  await tx.run('DELETE FROM console_config_entries');
  await insertEntries(tx, rows);
  const text = usersText(row.text);
  if (text !== null)
    await writeConfigText(tx, row.id, withUsersText(row.text, joinList({ ...splitList(text), elements: [] })));
  await setMode(tx, 'rows', by);
  return report;
}

/** Cuts the list into rows. */
async function part(sql: Sql, { text, mode }: ConfigRow): Promise<Parted> {
  parseConfig(text);
  const list = usersText(text);
  const elements = list === null ? [] : splitList(list).elements;
  const values = elements.map((element) => JSON.parse(element) as unknown);
  const seen = new Set<string>();
  const doubled = new Set<string>();
  const names = values.map((value) => {
    const name = nameOf(value);
    if (name === null) return null;
    if (seen.has(name)) doubled.add(name);
    return seen.has(name) ? null : (seen.add(name), name);
  });
  const columns = await allColumns(sql, [...seen]);
  const drifted = new Map<KnownField, number>();
  const sample: string[] = [];
  const rows = elements.map((entry, at): EntryRow => {
    const name = names[at] ?? null;
    const value = values[at];
    const drift = name === null || !isObject(value) ? null : driftOf(value, columns.get(name));
    if (drift !== null && name !== null) {
      for (const field of Object.keys(drift) as KnownField[]) drifted.set(field, (drifted.get(field) ?? 0) + 1);
      if (sample.length < sampled) sample.push(name);
    }
    return { id: null, username: name, entry, base: drift === null ? null : JSON.stringify(drift) };
  });
  const report = {
    mode,
    entries: elements.length,
    drifted: Object.fromEntries(
      knownFields.flatMap((field) => (drifted.has(field) ? [[field, drifted.get(field)]] : [])),
    ),
    driftedSample: sample,
    withoutUser: seen.size - columns.size,
    doubled: [...doubled].slice(0, sampled),
    odd: names.filter((name) => name === null).length,
    bytes: Buffer.byteLength(text),
  };
  return { report, rows };
}

async function allColumns(sql: Sql, names: readonly string[]): Promise<Map<string, UserColumns>> {
  const found = new Map<string, UserColumns>();
  for (const batch of chunked(names, atOnce))
    for (const [name, row] of await columnsOf(sql, batch)) found.set(name, row);
  return found;
}

/**
 * What moving the entries back into the JSON would do now. Throws `unsupported`, `conflict` (they are in the JSON
 * already, or are too large for the server; entries were written into the JSON since the move).
 */
export async function previewMoveBack(sql: Sql): Promise<MoveReport> {
  await needState(sql);
  const row = await readConfigRow(sql);
  if (row.mode === 'json') throw notThere('rows');
  return (await whole(sql, row)).report;
}

/**
 * Writes the entries back into the JSON, in the caller's transaction, and returns what it did. `ticket` is the result
 * of `beginMoveBack`, after which no one reads or writes entries without the config's lock. The caller invalidates
 * `adminConfig` and `configVersion`. Throws `conflict` (the move was called off, or begun by another; the JSON has
 * entries that were not moved to rows yet), `unsupported`.
 */
export async function moveBack(tx: Transaction, ticket: string, by: string): Promise<MoveReport> {
  await needState(tx);
  const row = await holdConfigRow(tx);
  needMode(row, 'leaving');
  const [begun] = await tx.rows<{ ticket: string | null }>('SELECT ticket FROM console_config_state WHERE id = 1');
  if (begun?.ticket !== ticket) throw another();
  const { report, text } = await whole(tx, row);
  await needPacket(tx, report.bytes);
  if (text !== row.text) await writeConfigText(tx, row.id, text);
  await tx.run('DELETE FROM console_config_entries');
  await setMode(tx, 'json', by);
  return report;
}

/** The whole config as JSON. */
async function whole(sql: Sql, row: ConfigRow): Promise<{ readonly report: MoveReport; readonly text: string }> {
  parseConfig(row.text);
  const list = usersText(row.text);
  const cut = splitList(list ?? '[]');
  // They do not count beside the rows: written back together, they would occur twice, and the site would use the older
  // one.
  if (cut.elements.length > 0) throw foundAgain(cut.elements.length);
  const found: string[] = [];
  const drifted = new Map<KnownField, number>();
  const sample: string[] = [];
  let [odd, withoutUser] = [0, 0];
  for (let last: string | number = 0; ;) {
    const rows: EntryRow[] = await sql.rows<EntryRow>(
      `SELECT id, CONVERT(username USING utf8mb4) AS username, entry, base FROM console_config_entries WHERE id > ? ORDER BY id LIMIT ${String(atOnce)}`,
      [last],
    );
    const names = rows.flatMap(({ username }) => (username === null ? [] : [username]));
    const columns = await allColumns(sql, names);
    for (const { username, entry, base } of rows) {
      const value: unknown = JSON.parse(entry);
      if (username === null) odd += 1;
      else if (!columns.has(username)) withoutUser += 1;
      if (username === null || !isObject(value)) found.push(entry);
      else
        found.push(
          composedText(entry, value, columns.get(username), base === null ? null : (JSON.parse(base) as Base)),
        );
      if (base === null) continue;
      for (const field of Object.keys(JSON.parse(base) as Base) as KnownField[])
        drifted.set(field, (drifted.get(field) ?? 0) + 1);
      if (username !== null && sample.length < sampled) sample.push(username);
    }
    if (rows.length < atOnce) break;
    last = rows[rows.length - 1]?.id ?? 0;
  }
  const head = found.length > 0 ? cut.head.trimEnd() : cut.head;
  const text =
    list === null && found.length === 0
      ? row.text
      : withUsersText(row.text, joinList({ ...cut, head, elements: found }));
  return {
    text,
    report: {
      mode: row.mode,
      entries: found.length,
      drifted: Object.fromEntries(drifted),
      driftedSample: sample,
      withoutUser,
      doubled: [],
      odd,
      bytes: Buffer.byteLength(text),
    },
  };
}

/** Also if the table was emptied: without the state, entries in rows would be lost to the site. */
async function setMode(tx: Sql, mode: Mode, by: string): Promise<void> {
  const values = [mode, randomUUID(), by] as const;
  await tx.run(
    `INSERT INTO console_config_state (id, mode, generation, moved_at, moved_by) VALUES (1, ?, ?, UTC_TIMESTAMP(3), ?)
     ON DUPLICATE KEY UPDATE mode = VALUES(mode), ticket = NULL, generation = VALUES(generation), moved_at = VALUES(moved_at), moved_by = VALUES(moved_by)`,
    values,
  );
}

/** The server limits the size of a statement; some of the JSON's bytes are escaped on the way. */
async function needPacket(sql: Sql, bytes: number): Promise<void> {
  const [row] = await sql.rows<{ most: string | number }>('SELECT @@max_allowed_packet AS most');
  const most = Number(row?.most ?? 0);
  if (most === 0 || bytes * 1.2 + 10_000 < most) return;
  throw new Refusal(
    'conflict',
    {
      zh: `合并后的配置有 ${String(bytes)} 字节，超过数据库一次能接收的大小（max_allowed_packet = ${String(most)}）`,
      en: `The whole config has ${String(bytes)} bytes, more than the server takes at once (max_allowed_packet = ${String(most)})`,
    },
    {
      hint: {
        zh: '调大 max_allowed_packet 后重新连接再试；在此之前条目留在数据表中。',
        en: 'Raise max_allowed_packet, connect again and try once more; until then the entries stay in their rows.',
      },
    },
  );
}

async function needState(sql: Sql): Promise<void> {
  if (!(await hasState(sql))) throw lacks('config');
}

function needMode(row: ConfigRow, mode: Mode): void {
  if (row.mode !== mode) throw notThere(mode);
}

function notThere(mode: Mode): Refusal {
  return mode === 'json'
    ? new Refusal('conflict', { zh: '配置条目已经在数据表中', en: 'The entries of the config are in rows already' })
    : new Refusal('conflict', {
        zh: '配置条目不在迁回途中',
        en: 'The entries of the config are not on their way back',
      });
}

function foundAgain(count: number): Refusal {
  return new Refusal(
    'conflict',
    {
      zh: `JSON 中又出现了 ${String(count)} 个条目（由旧版本或站点自己的代码写入），尚未并入数据表`,
      en: `The JSON has ${String(count)} entries again, written by an older version or the site's own code, that have not gone into the rows yet`,
    },
    {
      hint: {
        zh: '在站点后台保存一次配置，条目即被并入；或等站点下次读取配置（最多五分钟）。然后重新预览。',
        en: "Save the site's config once on the site, which takes them in, or wait until the site reads it next (five minutes at most). Then preview again.",
      },
    },
  );
}

function another(): Refusal {
  return new Refusal(
    'conflict',
    { zh: '迁回已被取消，或由他人重新开始', en: 'The move back was called off, or begun by somebody else' },
    { hint: { zh: '重新开始迁回。', en: 'Begin it again.' } },
  );
}
