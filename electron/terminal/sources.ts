import { closeSync, openSync, readSync } from 'node:fs';
import { Refusal } from '../contract/errors.js';

const places = {
  EISDIR: { zh: '是文件夹，不是文件', en: 'is a folder, not a file' },
  ENOENT: { zh: '不存在', en: 'does not exist' },
  EACCES: { zh: '没有读取权限', en: 'cannot be read: no permission' },
  EFBIG: { zh: '太大（上限 256 MiB）', en: 'is too large (256 MiB at most)' },
  EAGAIN: { zh: '没有内容可读', en: 'has nothing to read' },
} as const;

/** Sources of values: files, and standard input, which can be read only once. */
export class Sources {
  #read = false;

  /** `-` is standard input, `@path` a file. Throws invalid_input. */
  text(word: string): string {
    if (word !== '-') return decoded(contentOf(word.slice(1), word.slice(1)), word.slice(1));
    if (this.#read)
      throw new Refusal('invalid_input', { zh: '标准输入只能用一次', en: 'Standard input can be used only once' });
    this.#read = true;
    return decoded(contentOf(0, standardInput), standardInput);
  }

  /** Its non-empty lines. */
  lines(word: string): readonly string[] {
    return this.text(word)
      .split(/\r\n|\n|\r/)
      .filter((line) => line !== '');
  }
}

const standardInput = 'stdin';
const largest = 256 * 1_048_576;

/** True if the word names a source instead of being the value. */
export function isSource(word: string): boolean {
  return word === '-' || /^@./u.test(word);
}

function contentOf(from: string | 0, name: string): Buffer {
  try {
    return from === 0 ? wholeOf(0) : wholeOfFile(from);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why =
      code in places
        ? places[code as keyof typeof places]
        : { zh: `读不了（${code}）`, en: `cannot be read (${code})` };
    throw new Refusal('invalid_input', { zh: `${name} ${why.zh}`, en: `${name} ${why.en}` }, { cause: error });
  }
}

function wholeOfFile(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    return wholeOf(file);
  } finally {
    closeSync(file);
  }
}

/** Reads to the end. Throws EFBIG: a pipe may have no end, and the memory does. */
function wholeOf(file: number): Buffer {
  const parts: Buffer[] = [];
  for (let size = 0; ;) {
    const part = Buffer.allocUnsafe(65_536);
    const count = readSync(file, part);
    if (count === 0) return Buffer.concat(parts);
    size += count;
    if (size > largest) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    parts.push(part.subarray(0, count));
  }
}

/** UTF-8, or UTF-16 with a byte order mark, as Windows writes it. The mark is removed. */
function decoded(bytes: Buffer, name: string): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Refusal(
      'invalid_input',
      { zh: `${name} 不是 UTF-8 文本`, en: `${name} is not UTF-8 text` },
      { hint: { zh: '另存为 UTF-8 再试。', en: 'Save it as UTF-8 and try again.' }, cause: error },
    );
  }
}
