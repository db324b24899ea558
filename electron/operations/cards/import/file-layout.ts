import { parse } from 'csv-parse/sync';
import type { RawLine } from './line.js';

/** The layout of a file of keys: one key per line, or columns under a header. */
export type Shape =
  | { readonly kind: 'txt' }
  | { readonly kind: 'csv'; readonly delimiter: string; readonly columns: Columns };

/** Why a file is not read at all. reasons.ts has the texts. */
export type Refused =
  | 'empty'
  | 'utf16'
  | 'not_utf8'
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

/** Decides how to read the file, from its first line with content and from its name. */
export function shapeOf(firstLine: string, fileName: string): Shape | Refused {
  for (const delimiter of [',', ';', '\t']) {
    const columns = columnsOf(cellsOf(firstLine, delimiter));
    if (columns.key >= 0) return { kind: 'csv', delimiter, columns };
  }
  return /\.(?:csv|tsv)$/i.test(fileName) ? 'no_key_column' : { kind: 'txt' };
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
  const place = (field: keyof RawLine): number => {
    for (const name of names[field]) {
      const at = plain.indexOf(name);
      if (at >= 0) return at;
    }
    return -1;
  };
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
