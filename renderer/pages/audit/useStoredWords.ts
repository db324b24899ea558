import { useMemo } from 'react';
import { formatAbsolute } from '../../ui/time';
import { visible } from '../../ui/visible';
import { useWords, type Words } from '../../ui/words';

/** Words for what the audit stores: fields of inputs, tables, columns and codes. */
export interface StoredWords {
  /** `users.tvbox_token` as “User › TVBox token”. */
  readonly field: (path: string) => string;
  /** A value of that field: codes, times, yes and no in words. What has none, from another version, stays as it is. */
  readonly value: (path: string, value: unknown) => string;
}

const instant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;
/** Columns in which the database stores yes and no as numbers. */
const flags = new Set(['banned', 'rewarded', 'showadultcontent']);
/** Fields with the codes of another. */
const sameCodes: Readonly<Record<string, string>> = { keytype: 'type', types: 'type', states: 'status', roles: 'role' };

/** One name for `tvbox_token` and `tvboxToken`. */
function keyOf(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

function lastOf(path: string): string {
  return keyOf(path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? path);
}

/** The image of an entry in the config keeps the order of its fields as `keys`. */
const orderOfFields = /^config\.users\.(.*\.)?keys$/;

/** What was dismissed is stored by the names of its fields. */
const namesOfFields = /^dismissed\.(.*\.)?entryFields$/;
/** Times that are stored as milliseconds, as the site writes them into its config. */
const milliseconds = /^\d{12,14}$/;
const moments = new Set(['createdat', 'expiresat', 'boundat']);

/** A word of the file `stored`, or null. Only names of letters and digits are looked up: others may be anything. */
function wordOf(words: Words, group: string, name: string): string | null {
  const found = /^\w+$/.test(name) ? words(`${group}.${name}`, { defaultValue: '' }) : '';
  return found === '' ? null : found;
}

/** A list that is stored as JSON; null if it is none, or holds more than plain values. */
function listIn(text: string): readonly unknown[] | null {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((one) => typeof one !== 'object') ? list : null;
  } catch {
    return null;
  }
}

/** The words of one language. */
export function storedWords(words: Words): StoredWords {
  const field = (path: string): string =>
    path
      .replace(orderOfFields, (whole) => whole.replace(/keys$/, 'fieldOrder'))
      .split('.')
      .map((part) => wordOf(words, 'field', keyOf(part)) ?? visible(part))
      .join(' › ');
  const one = (path: string, value: unknown): string => {
    const last = lastOf(path);
    if (typeof value === 'boolean') return words(value ? 'yes' : 'no');
    if (typeof value !== 'string') return JSON.stringify(value) ?? '';
    const list = value.startsWith('[') ? listIn(value) : null;
    if (list !== null)
      return list
        .map((each) => (orderOfFields.test(path) || namesOfFields.test(path) ? field(String(each)) : one(path, each)))
        .join(', ');
    if (value === 'true' || value === 'false') return words(value === 'true' ? 'yes' : 'no');
    if (flags.has(last) && (value === '0' || value === '1')) return words(value === '1' ? 'yes' : 'no');
    if (moments.has(last) && milliseconds.test(value)) return formatAbsolute(new Date(Number(value)).toISOString());
    // The database's times are UTC and do not say so.
    if (instant.test(value))
      return formatAbsolute(/Z|[+-]\d\d:\d\d$/.test(value) ? value : `${value.replace(' ', 'T')}Z`);
    return wordOf(words, `code.${sameCodes[last] ?? last}`, value) ?? visible(value);
  };
  return { field, value: one };
}

export function useStoredWords(): StoredWords {
  const words = useWords('stored');
  return useMemo(() => storedWords(words), [words]);
}
