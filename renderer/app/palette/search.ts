/** For each character of a text, its readings: 卡 is ka and qia. */
export type Syllables = readonly (readonly string[])[];

/** What an entry of the palette is found by. */
export interface Searched {
  /** Its names, in Chinese and in English. */
  readonly names: readonly string[];
  readonly words: string;
}

/** The beginning of a syllable that may stand for all of it: f for fa; zh or z for zhang. */
function isInitial(letters: string): boolean {
  return letters.length === 1 || letters === 'zh' || letters === 'ch' || letters === 'sh';
}

/**
 * Where in a text the letters begin as pinyin, in full, as initials, or mixed: 发卡 is faka, fk and fka. The last
 * syllable need not be complete. Null if they do not occur.
 */
export function findPinyin(syllables: Syllables, letters: string): number | null {
  const failed = new Set<number>();
  const follows = (at: number, used: number): boolean => {
    if (used === letters.length) return true;
    const state = at * (letters.length + 1) + used;
    if (at >= syllables.length || failed.has(state)) return false;
    const left = letters.slice(used);
    const fits = (syllables[at] ?? []).some((reading) => {
      for (let length = Math.min(reading.length, left.length); length > 0; length -= 1) {
        const part = left.slice(0, length);
        if (!reading.startsWith(part)) continue;
        if (length === left.length) return true;
        if ((length === reading.length || isInitial(part)) && follows(at + 1, used + length)) return true;
      }
      return false;
    });
    if (!fits) failed.add(state);
    return fits;
  };
  if (letters === '') return null;
  const at = syllables.findIndex((_, index) => follows(index, 0));
  return at < 0 ? null : at;
}

const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

/**
 * How well an entry fits what was typed: 0 is best, null not at all. Chinese and English names count alike, in whatever
 * language the window is. Pinyin is known once its readings are loaded.
 */
export function rank(
  typed: string,
  { names, words }: Searched,
  syllablesOf: ((text: string) => Syllables) | null,
): number | null {
  const wanted = typed.normalize('NFKC').trim().toLowerCase();
  if (wanted === '') return 0;
  const lower = names.map((name) => name.toLowerCase());
  if (lower.some((name) => name.startsWith(wanted))) return 0;
  const letters = wanted.replaceAll(/['’\s]/gu, '');
  const pinyin = (texts: readonly string[]): number | null => {
    if (syllablesOf === null || !/^[a-zü]+$/.test(letters)) return null;
    const places = texts
      .filter(isChinese)
      .map((text) => findPinyin(syllablesOf(text), letters.replaceAll('ü', 'v')))
      .filter((place) => place !== null);
    return places.length === 0 ? null : Math.min(...places);
  };
  const spelled = pinyin(names);
  if (spelled === 0 || lower.some((name) => name.includes(` ${wanted}`))) return 1;
  if (lower.some((name) => name.includes(wanted))) return 2;
  if (spelled !== null) return 3;
  const all = [...lower, words.toLowerCase()].join(' ');
  if (wanted.split(/\s+/u).every((part) => all.includes(part))) return 4;
  return pinyin(words.split(' ')) === null ? null : 5;
}
