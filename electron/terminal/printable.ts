/**
 * Characters that a terminal would interpret: control characters (C0, DEL, C1), changes of the writing direction, line
 * and paragraph separators, lone surrogates.
 */
const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Text from a server or a file in one line, with these characters as escapes. */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}

/** The same in several lines. All but the first are indented, so that none looks like a message of this program. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n  ');
}

/** The same JSON, with these characters as escapes. */
export function printableJson(json: string): string {
  return json.replace(unsafe, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
