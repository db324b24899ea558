/** The most bytes per UTF-16 unit of a string. */
const widest = 3;
/** The most bytes around an argument: `$`, its length and two line breaks. */
const around = 16;

/** The buffer where commands are assembled. Longer ones get their own memory. */
const desk = Buffer.allocUnsafeSlow(256 * 1024);

function digits(number: number): number {
  let count = 1;
  for (let rest = number; rest >= 10; rest = Math.trunc(rest / 10)) count += 1;
  return count;
}

/** Writes `sign`, a number and a line break. Returns the end position. */
function putHead(memory: Buffer, sign: number, number: number, at: number): number {
  const end = at + 1 + digits(number);
  memory[at] = sign;
  let rest = number;
  for (let place = end - 1; place > at; place -= 1) {
    memory[place] = 48 + (rest % 10);
    rest = Math.trunc(rest / 10);
  }
  memory[end] = 13;
  memory[end + 1] = 10;
  return end + 2;
}

/**
 * Writes one argument. The text is written first, to its place if it is ASCII, so that its bytes need not be counted
 * beforehand.
 */
function putWord(memory: Buffer, word: string, at: number): number {
  const start = at + 3 + digits(word.length);
  const length = memory.write(word, start);
  const right = at + 3 + digits(length);
  if (right !== start) memory.copyWithin(right, start, start + length);
  putHead(memory, 36, length, at);
  const end = right + length;
  memory[end] = 13;
  memory[end + 1] = 10;
  return end + 2;
}

/** A Redis command as sent over the wire. The driver would count the bytes of each argument before it writes them. */
export function encodeCommand(name: string, words: readonly string[]): Buffer {
  let room = around * 2 + name.length * widest;
  for (const word of words) room += around + word.length * widest;
  const memory = room > desk.length ? Buffer.allocUnsafeSlow(room) : desk;
  let at = putWord(memory, name, putHead(memory, 42, words.length + 1, 0));
  for (const word of words) at = putWord(memory, word, at);
  return memory === desk ? Buffer.from(memory.subarray(0, at)) : memory.subarray(0, at);
}
