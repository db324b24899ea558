import { Refusal } from '../../../contract/errors.js';
import type { ImportVerdict } from '../../../contract/cards-import.js';
import type { LocalizedText } from '../../../contract/text.js';
import type { Fault } from './line.js';
import type { Refused } from './file-layout.js';

/** The reason that the report shows for a line: a fault, or the verdict itself. */
export type ImportReason = Fault | Exclude<ImportVerdict, 'malformed' | 'new'>;

export const reasons: Readonly<Record<ImportReason, LocalizedText>> = {
  duplicate: { zh: '文件中已有同一卡密', en: 'The file has this key on another line' },
  existing: { zh: '库中已有，内容相同', en: 'It is there already, the same' },
  conflict: { zh: '库中已有，但类型或到期时间不同', en: 'It is there already, but of another type or expiry' },
  used: { zh: '文件注明已被使用', en: 'The file says that somebody uses it' },
  ended: { zh: '已过期，作为过期的卡密导入', en: 'It has ended; it is added as an expired key' },
  no_key: { zh: '没有卡密', en: 'There is no key in it' },
  too_long: { zh: '超过 64 个字符', en: 'It is longer than 64 characters' },
  too_short: { zh: '少于 4 个字符，太容易猜中', en: 'It is shorter than 4 characters: anybody can guess it' },
  control: { zh: '含有控制字符', en: 'It holds control characters' },
  invisible: {
    zh: '含有看不见、买家无法输入的字符（零宽、软连字符、方向控制等）',
    en: 'It holds characters that nobody sees or can type (zero-width, soft hyphen, marks of direction …)',
  },
  emoji: { zh: '含有表情符号，买家无法输入', en: 'It holds emoji, which a buyer cannot type' },
  is_hash: { zh: '是哈希，不是卡密明文', en: 'This is a hash, not a key' },
  formula: { zh: '是表格公式，不是卡密', en: 'This is a formula, not a key' },
  mangled: { zh: '已被表格软件改写', en: 'A spreadsheet has altered it' },
  hash_mismatch: { zh: '卡密与哈希列不符', en: 'The key does not fit its hash' },
  type: { zh: '类型无法识别', en: 'Its type is unknown' },
  state: { zh: '状态无法识别', en: 'Its state is unknown' },
  created_unreadable: { zh: '创建时间无法识别', en: 'The time of creation cannot be read' },
  created_range: { zh: '创建时间超出 1970—2038', en: 'The time of creation is not within 1970–2038' },
  expires_unreadable: { zh: '到期时间无法识别', en: 'The expiry cannot be read' },
  expires_range: { zh: '到期时间超出 1970—2038-01-19', en: 'The expiry is not within 1970 and 2038-01-19' },
  order: { zh: '到期早于创建', en: 'It ends before it begins' },
  not_expired: { zh: '状态为过期，但尚未到期', en: 'It is said to have expired, but has not' },
};

const refusals: Readonly<Record<Refused, readonly [text: LocalizedText, hint: LocalizedText]>> = {
  empty: [
    { zh: '文件是空的', en: 'The file is empty' },
    { zh: '选择含有卡密的 CSV 或 TXT 文件。', en: 'Choose a CSV or TXT file with keys in it.' },
  ],
  utf16: [
    { zh: '文件是 UTF-16 编码', en: 'The file is in UTF-16' },
    { zh: '另存为 UTF-8（Excel：CSV UTF-8）后再导入。', en: 'Save it as UTF-8 (Excel: CSV UTF-8), then try again.' },
  ],
  encoding: [
    { zh: '文件既不是 UTF-8，也不是 GBK / GB18030 编码', en: 'The file is neither in UTF-8 nor in GBK / GB18030' },
    { zh: '另存为 UTF-8（Excel：CSV UTF-8）后再导入。', en: 'Save it as UTF-8 (Excel: CSV UTF-8), then try again.' },
  ],
  binary: [
    { zh: '这不是文本文件', en: 'This is no text file' },
    {
      zh: '表格请另存为 CSV UTF-8；压缩包请先解压。',
      en: 'Save a spreadsheet as CSV UTF-8; unpack an archive first.',
    },
  ],
  encrypted: [
    { zh: '文件已用 age 加密', en: 'The file is encrypted by age' },
    { zh: '先解密：age -d 文件。', en: 'Decrypt it first: age -d file.' },
  ],
  no_key_column: [
    { zh: '看不出哪一列是卡密', en: 'The file has no column that is named as that of the keys' },
    {
      zh: '指明每一列（columns），或在第一行写上列名 key 或「卡密」；每行一个卡密的文件请存为 .txt。',
      en: 'Say what each column holds (columns), or name one “key” in the first line; a file with one key a line should be a .txt.',
    },
  ],
  broken_csv: [
    { zh: 'CSV 的引号不成对', en: 'A quote in the CSV is never closed' },
    { zh: '修正后再导入。', en: 'Mend it, then try again.' },
  ],
  too_many_lines: [
    { zh: '文件超过 1,000,000 行', en: 'The file has more than 1,000,000 lines' },
    { zh: '分成几个文件导入。', en: 'Split it into several files.' },
  ],
};

/** The refusal of a whole file. */
export function fileRefusal(why: Refused, line: number | null): Refusal {
  const [text, hint] = refusals[why];
  return new Refusal(
    'invalid_input',
    line === null
      ? text
      : { zh: `${text.zh}（第 ${String(line)} 行附近）`, en: `${text.en} (near line ${String(line)})` },
    {
      hint,
      details: { file: why, ...(line === null ? {} : { line }) },
    },
  );
}
