import { parse } from 'csv-parse/sync';
import type { ImportColumn } from '../../../contract/cards-import.js';
import { named, type RawLine, states, types } from './line.js';
import { readTime } from './time.js';

/** The layout of a file of keys: one key per line, or columns, under a header or not. */
export type Shape =
  | { readonly kind: 'txt' }
  | { readonly kind: 'csv'; readonly delimiter: string; readonly columns: Columns; readonly header: boolean };

/** What an operator says about the columns of a file that does not name them. */
export interface GivenColumns {
  readonly columns: readonly ImportColumn[];
  /** The first line contains names. */
  readonly header: boolean;
}

/** What an operator needs to see of such a file to say so. */
export interface ColumnsAsked {
  /** The first lines, in plain. */
  readonly rows: readonly (readonly string[])[];
  readonly guess: readonly ImportColumn[];
}

/** Why a file is not read at all. reasons.ts has the texts. */
export type Refused =
  | 'empty'
  | 'utf16'
  | 'encoding'
  | 'binary'
  | 'encrypted'
  | 'no_key_column'
  | 'broken_csv'
  | 'too_many_lines';

/** The column of each field; -1 if there is none. */
export type Columns = Readonly<Record<keyof RawLine, number>>;

/** The site's name for the column of plain text means “hash”. */
const names: Readonly<Record<keyof RawLine, readonly string[]>> = {
  key: ['key', 'plainkey', 'cardkey', 'card', 'code', '卡密', '密钥', '卡密明文', '明文', '密钥哈希'],
  hash: ['keyhash', 'hash', '哈希'],
  type: ['type', 'keytype', '类型', '卡密类型'],
  state: ['state', 'status', '状态'],
  created: ['createdat', 'created', '创建时间'],
  expires: ['expiresat', 'expires', 'expiry', '过期时间', '到期时间'],
  boundTo: ['boundto', 'usedby', '绑定用户', '使用者'],
};

const magic: readonly (readonly [head: string, refused: Refused])[] = [
  ['\xff\xfe', 'utf16'],
  ['\xfe\xff', 'utf16'],
  ['age-encryption.org/', 'encrypted'],
  ['-----BEGIN AGE', 'encrypted'],
  ['PK\x03\x04', 'binary'],
  ['\xd0\xcf\x11\xe0', 'binary'],
  ['%PDF', 'binary'],
  ['\x1f\x8b', 'binary'],
];

/** Recognises by its first bytes a file that cannot contain keys; null if it may. */
export function refusedByHead(head: Buffer): Refused | null {
  const text = head.toString('latin1');
  for (const [start, refused] of magic) if (text.startsWith(start)) return refused;
  const zeros = head.subarray(0, 4_096).filter((byte) => byte === 0).length;
  if (zeros * 10 <= Math.min(head.length, 4_096)) return null;
  // Latin letters in UTF-16 without a byte order mark: every other byte is zero.
  return zeros * 10 >= Math.min(head.length, 4_096) * 4 && !text.includes('\0\0') ? 'utf16' : 'binary';
}

/** Most lines of a file that an operator sees before saying what its columns hold. */
export const mostAsked = 6;

const delimiters = [',', ';', '\t'] as const;

/** The delimiter that a spreadsheet's own first line states (`sep=;`); null for any other line. */
export function statedDelimiter(line: string): string | null {
  return /^"?sep=(.)"?$/i.exec(line.trim())?.[1] ?? null;
}

/**
 * Decides how to read the file: from what the operator has said, or else from its first lines with content and from its
 * name. `stated` is the delimiter that the file states.
 */
export function shapeOf(
  lines: readonly string[],
  fileName: string,
  stated: string | null,
  given?: GivenColumns,
): Shape | ColumnsAsked {
  const [first = ''] = lines;
  const usual = stated ?? mostCells(first);
  if (given !== undefined)
    return { kind: 'csv', delimiter: usual, columns: placesOf(given.columns), header: given.header };
  for (const delimiter of stated === null ? delimiters : [stated]) {
    const columns = columnsOf(cellsOf(first, delimiter));
    if (columns.key >= 0) return { kind: 'csv', delimiter, columns, header: true };
  }
  const rows = lines.slice(0, mostAsked).map((line) => cellsOf(line, usual));
  const isTable = stated !== null || /\.(?:csv|tsv)$/i.test(fileName) || (rows[0] ?? []).slice(1).some(isValue);
  return isTable ? { rows, guess: guessOf(rows) } : { kind: 'txt' };
}

function mostCells(line: string): string {
  return delimiters.toSorted((a, b) => cellsOf(line, b).length - cellsOf(line, a).length)[0] ?? ',';
}

function isType(cell: string): boolean {
  return named(types, cell) !== undefined;
}

function isState(cell: string): boolean {
  return cell.trim() !== '' && named(states, cell) !== undefined;
}

function isTime(cell: string): boolean {
  return cell.trim() !== '' && typeof readTime(cell.trim()) === 'number';
}

/** True for a type, a state or a time: no key looks so. */
export function isValue(cell: string): boolean {
  return isType(cell) || isState(cell) || isTime(cell);
}

/** What each column seems to hold. Of two times the second is taken for the expiry. */
function guessOf(rows: readonly (readonly string[])[]): readonly ImportColumn[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const holds = (at: number, is: (cell: string) => boolean): boolean =>
    rows.filter((row) => is(row[at] ?? '')).length * 2 >= rows.length;
  const kinds = Array.from({ length: width }, (_, at): ImportColumn => {
    if (holds(at, isType)) return 'type';
    if (holds(at, isState)) return 'state';
    if (holds(at, isTime)) return 'expires';
    return holds(at, (cell) => /^[0-9a-f]{64}$/i.test(cell.trim())) ? 'hash' : 'ignored';
  });
  const key = kinds.findIndex((kind, at) => kind === 'ignored' && holds(at, (cell) => cell.trim().length >= 8));
  const lastTime = kinds.lastIndexOf('expires');
  const once = new Set<ImportColumn>();
  return kinds.map((kind, at) => {
    const meant = at === key ? 'key' : kind === 'expires' && at !== lastTime ? 'created' : kind;
    if (meant === 'ignored' || once.has(meant)) return 'ignored';
    once.add(meant);
    return meant;
  });
}

function placesOf(columns: readonly ImportColumn[]): Columns {
  return placed((field) => columns.indexOf(field));
}

/** The place of each field, or -1. */
function placed(place: (field: keyof RawLine) => number): Columns {
  return {
    key: place('key'),
    hash: place('hash'),
    type: place('type'),
    state: place('state'),
    created: place('created'),
    expires: place('expires'),
    boundTo: place('boundTo'),
  };
}

function cellsOf(line: string, delimiter: string): readonly string[] {
  try {
    const [cells] = parse(line, { delimiter, relax_quotes: true });
    return cells ?? [];
  } catch {
    return [];
  }
}

function columnsOf(header: readonly string[]): Columns {
  const plain = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_-]/g, ''),
  );
  return placed((field) => {
    for (const name of names[field]) {
      const at = plain.indexOf(name);
      if (at >= 0) return at;
    }
    return -1;
  });
}

/** The fields of a line of cells. */
export function rawOf(cells: readonly string[], columns: Columns): RawLine {
  const cell = (at: number): string | undefined => (at < 0 ? undefined : (cells[at] ?? ''));
  return {
    key: cell(columns.key) ?? '',
    hash: cell(columns.hash),
    type: cell(columns.type),
    state: cell(columns.state),
    created: cell(columns.created),
    expires: cell(columns.expires),
    boundTo: cell(columns.boundTo),
  };
}
