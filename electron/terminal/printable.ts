/**
 * What a terminal would obey, or show as something else: controls (C0, DEL, C1), turns of the writing direction, line
 * and paragraph separators, halves of surrogate pairs.
 */
const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** A text from a server or a file, in one line, with all that a terminal would obey written out. */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}

/** The same in lines: those after the first are indented, so that none of them looks like a message of ours. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n  ');
}

/** JSON that is still the same JSON, but holds nothing that a terminal would obey. */
export function printableJson(json: string): string {
  return json.replace(unsafe, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
