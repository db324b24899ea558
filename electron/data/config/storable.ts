import { Refusal } from '../../contract/errors.js';
import type { Sql } from '../mysql/database.js';
import { errorNumber } from '../mysql/errors.js';

/*
 * A site's config is JSON of the server's, which takes less than JSON.parse does: no half of a symbol, no nesting beyond some depth (31 levels on
 * MariaDB, 100 on MySQL). What it would not take back is not put into a row either, or the entries could not be moved back.
 */

/** What servers say of a text that is no JSON to them; MariaDB's is a check of the column (4025). */
const refusedNumbers = new Set([3140, 3141, 3150, 3151, 3157, 3819, 4025]);

/** Opening brackets that no server finds too deep, whatever is in what: in the config an entry stands three levels down. */
const fewBrackets = 24;
/** Names of fields may be shorter than 64 KB only. */
const shortText = 16_000;

/** Characters that are asked about in one statement. */
const mostCharacters = 1_000_000;

/**
 * Sees to it that the texts of entries are JSON that the server would take in the config, where they are what it may refuse. Throws `invalid_input`;
 * a text that is no JSON at all is a fault of this program, and an ordinary error.
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

/** What a write of the config's JSON answers; where the server does not take the JSON, `invalid_input` instead of the driver's error. */
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
