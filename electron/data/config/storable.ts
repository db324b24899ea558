import { Refusal } from '../../contract/errors.js';
import type { Sql } from '../mysql/database.js';
import { errorNumber } from '../mysql/errors.js';

/*
 * A site's config is in the server's JSON type, which accepts less than JSON.parse: no half of a surrogate pair, no
 * nesting beyond some depth (31 levels on MariaDB, 100 on MySQL). A text that it would refuse is not put into a row
 * either, or the entries could not be moved back.
 */

/** Error numbers of servers that refuse a text as JSON; MariaDB's is a check of the column (4025). */
const refusedNumbers = new Set([3140, 3141, 3150, 3151, 3157, 3819, 4025]);

/**
 * A number of opening brackets that no server finds too deep, however nested: in the config an entry is three levels
 * down.
 */
const fewBrackets = 24;
/** Names of fields must be shorter than 64 KB. */
const shortText = 16_000;

/** Characters to check per statement. */
const mostCharacters = 1_000_000;

/**
 * Checks that the server would accept these entries as JSON in the config, if it could refuse them. Throws
 * `invalid_input`. A text that is not JSON at all is a bug of this program, and an ordinary error.
 */
export async function needStorable(sql: Sql, texts: readonly string[]): Promise<void> {
  let asked: string[] = [];
  let length = 0;
  for (const text of texts) {
    JSON.parse(text);
    if (!isDoubtful(text)) continue;
    asked.push(text);
    length += text.length;
    if (length < mostCharacters) continue;
    await ask(sql, asked);
    asked = [];
    length = 0;
  }
  if (asked.length > 0) await ask(sql, asked);
}

async function ask(sql: Sql, texts: readonly string[]): Promise<void> {
  const whole = `{"UserConfig":{"Users":[${texts.join(',')}]}}`;
  const [row] = await storing(sql.rows<{ valid: number | string | null }>('SELECT JSON_VALID(?) AS valid', [whole]));
  if (Number(row?.valid ?? 0) !== 1) throw refusal();
}

/**
 * The result of a write of the config's JSON; if the server refuses the JSON, `invalid_input` instead of the driver's
 * error.
 */
export async function storing<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (refusedNumbers.has(errorNumber(error instanceof Refusal ? error.cause : error) ?? 0)) throw refusal(error);
    throw error;
  }
}

function isDoubtful(text: string): boolean {
  if (text.length > shortText || /\\u[dD][89a-fA-F]/.test(text)) return true;
  let brackets = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 91 || code === 123) brackets += 1;
  }
  return brackets > fewBrackets;
}

function refusal(cause?: unknown): Refusal {
  return new Refusal(
    'invalid_input',
    {
      zh: '配置里有数据库存不下的内容，没有做任何改动',
      en: 'The config holds what the database cannot keep; nothing was changed',
    },
    {
      hint: {
        zh: '查看是否有被截断的字符（半个表情符号），或嵌套过深的内容。',
        en: 'See whether a text in it ends in half a symbol (a cut emoji), or something is nested too deeply.',
      },
      details: { field: 'config' },
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
