import type { KeyFormat } from '../../contract/cards-issue.js';
import { asPlain, laidOutKey, type Reading, readKey } from './key.js';

/** Letters and digits without blanks between them: a key, a part of one, or a word. */
const runs = /[A-Za-z0-9]+(?:[-_]+[A-Za-z0-9]+)*/g;
/** What stands between a key and other text: in CSV, in a sentence, in a message to a buyer. */
const between = /[\s,，;；:：=、|。\uff01!？?"'`“”‘’「」『』《》【】[\](){}（）<>…]+/u;
/** Most parts of a key that blanks keep apart. */
const mostParts = 12;

/** A line of a paste: what in it may be a key. */
export interface PastedLine {
  readonly readings: readonly Reading[];
  /** It contains something that looks like a key, so it is missed if it is none. */
  readonly looksLikeKey: boolean;
}

/**
 * The lines of a paste, with everything in them that may be a key: in quotes, behind a label, within a sentence, in
 * groups that blanks keep apart. The whole text is not among them: `readKey` reads that.
 */
export function readLines(text: string, formats: readonly KeyFormat[]): readonly PastedLine[] {
  return text.split(/[\r\n]+/u).flatMap((line) => {
    const words = asPlain(line, ' ').match(runs) ?? [];
    const pieces = new Set([line.trim(), ...line.split(between), ...line.split(/[,，;；\t|]+/u).map(bare), ...words]);
    pieces.delete('');
    if (pieces.size === 0) return [];
    const readings = [...pieces].map((piece) => readKey(piece, formats));
    const joined = groups(words, formats).map((key) => ({ key, how: 'mended' as const }));
    if (joined.length > 0) readings.push({ candidates: joined, hash: null, wrongCheck: false });
    return [{ readings, looksLikeKey: words.some(looksLikeKey) }];
  });
}

/** The text itself if it is one word; else the only word in it that may begin a key, or the text. */
export function wordOf(text: string): string {
  const words = (asPlain(text, ' ').match(runs) ?? []).filter((word) => word.length >= 6);
  return words.length === 1 ? (words[0] ?? text) : text;
}

/** A cell without the quotes and blanks around it. */
function bare(cell: string): string {
  return cell.trim().replace(/^["'“”‘’「『]+|["'“”‘’」』。.!\uff01…]+$/gu, '');
}

function looksLikeKey(word: string): boolean {
  return word.replaceAll(/[-_]/g, '').length >= 8 && (/\d/.test(word) || word === word.toUpperCase());
}

/** Keys of our formats whose groups are words beside each other. The check symbol tells them from other words. */
function groups(words: readonly string[], formats: readonly KeyFormat[]): readonly string[] {
  const keys = new Set<string>();
  for (const from of words.keys()) {
    let compact = '';
    for (const word of words.slice(from, from + mostParts)) {
      compact += word.replaceAll(/[-_]/g, '');
      for (const format of formats) {
        const key = laidOutKey(compact, format);
        if (key !== null) keys.add(key);
      }
    }
  }
  return [...keys];
}
