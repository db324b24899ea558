/**
 * Characters that a terminal would interpret: control characters (C0, DEL, C1), changes of the writing direction, line
 * and paragraph separators, lone surrogates. And those that it does not show, so that one name would look like another;
 * joiners belong to emoji and scripts.
 */
const unsafe =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/gu;

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
