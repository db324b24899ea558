import { polyphonic } from 'pinyin-pro';
import type { Syllables } from './search';

const known = new Map<string, Syllables>();

/**
 * All readings of each character of a text, without tones; ü is v. Of a character with several, a search takes any:
 * which one a word has is more than a dictionary knows (that of pinyin-pro reads 发卡 as fa qia).
 */
export function syllablesOf(text: string): Syllables {
  const found = known.get(text);
  if (found !== undefined) return found;
  const plain = text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const read = polyphonic(plain, { toneType: 'none', type: 'array', v: true });
  known.set(text, read);
  return read;
}
