import { Readable } from 'node:stream';
import type { PoolConnection, ResultSetHeader } from 'mysql2/promise';
import { Refusal } from '../../contract/errors.js';
import type { Written } from './database.js';
import { errorNumber } from './errors.js';
import { packetOf } from './packet.js';
import { coreOf } from './side-connection.js';

/** Bytes in one packet at most: few enough that writing one does not block the event loop. */
const mostInPiece = 256 * 1_024;
/**
 * Errors if loading files of the client is switched off at the server, not allowed for this account, or unknown to a
 * proxy.
 */
const notAllowed = new Set([1045, 1148, 1235, 1295, 2068, 3948, 4166]);

/** See `Transaction.load`. */
export async function loadOn(connection: PoolConnection, sql: string, data: Buffer): Promise<Written> {
  const piece = Math.min(mostInPiece, Math.floor((await packetOf(coreOf(connection))) / 2));
  try {
    const [result] = await connection.query<ResultSetHeader>({
      sql,
      infileStreamFactory: () => Readable.from(pieces(data, piece), { objectMode: false, highWaterMark: piece }),
    });
    return { affectedRows: result.affectedRows, insertId: String(result.insertId) };
  } catch (error) {
    if (!notAllowed.has(errorNumber(error) ?? 0)) throw error;
    throw new Refusal(
      'unsupported',
      { zh: '数据库不接受 LOAD DATA LOCAL', en: 'The database does not take LOAD DATA LOCAL' },
      {
        hint: { zh: '开启 local_infile 可以更快。', en: 'With local_infile switched on it goes faster.' },
        cause: error,
      },
    );
  }
}

function* pieces(data: Buffer, piece: number): Generator<Buffer> {
  for (let at = 0; at < data.length; at += piece) yield data.subarray(at, at + piece);
}
