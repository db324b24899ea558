/**
 * Characters that are not shown, or that turn the text around them: control characters, writing directions, separators
 * of lines, lone surrogates, blanks without width. Joiners belong to emoji and scripts.
 */
const unseen =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/gu;

/**
 * A name or a tag from the database as it is, so that no two look alike: what is not shown becomes its code, and blanks
 * at its ends, or several in a row, are visible. A text that went through it stays the same.
 */
export function visible(text: string): string {
  return text
    .replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/^\s+|\s+$|\s{2,}/gu, (blanks) => '␣'.repeat(blanks.length));
}
