import { Refusal } from '../../contract/errors.js';
import { BrokenOff } from './aside.js';
import { passwordKeptBack } from './trust.js';

interface DriverError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
}

function isDriverError(error: unknown): error is DriverError {
  return error instanceof Error && ('errno' in error || 'code' in error);
}

/** MySQL's number of a driver error, or null: 1062 duplicate, 1213 deadlock … */
export function errorNumber(error: unknown): number | null {
  return isDriverError(error) && typeof error.errno === 'number' ? error.errno : null;
}

const lostConnection = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_CONNECTION_KILLED',
]);

/** True when the server could not be reached or went away: nothing was committed unless the commit itself was under way. */
export function isConnectionLoss(error: unknown): boolean {
  return (
    isDriverError(error) &&
    ((error.code !== undefined && lostConnection.has(error.code)) ||
      /closed state|Connection lost|Server shutdown/i.test(error.message))
  );
}

/** Turns what the driver threw into a coded refusal; a Refusal passes as it is. */
export function refusalOf(error: unknown): Error {
  if (error instanceof Refusal) return error;
  if (error instanceof Error && error.message === 'Pool is closed.') return closed(error);
  if (!isDriverError(error)) return error instanceof Error ? error : new Error(String(error));
  if (isSilence(error)) return silence(error);
  if (isConnectionLoss(error)) {
    return new Refusal(
      'unavailable',
      { zh: 'MySQL 连接不上', en: 'MySQL cannot be reached' },
      {
        hint: {
          zh: '未提交的变更已全部回滚。服务器恢复后再试一次。',
          en: 'Nothing uncommitted was kept. Try again when the server is back.',
        },
        cause: error,
      },
    );
  }
  const distrusted = distrust(error);
  if (distrusted !== null) return distrusted;
  const details = { sqlState: error.sqlState ?? null, errno: error.errno ?? null };
  switch (error.errno) {
    case 1044:
    case 1045:
    case 1142:
    case 1143:
    case 1227:
      return new Refusal(
        'forbidden',
        { zh: '数据库账号没有这项权限', en: 'The database account lacks this right' },
        {
          hint: {
            zh: '换一个有权限的数据库账号，或请管理员授权。',
            en: 'Use another database account, or have the right granted.',
          },
          details,
          cause: error,
        },
      );
    case 1062:
      return new Refusal(
        'conflict',
        { zh: '数据库里已有相同的值，没有做任何改动', en: 'The same value is there already; nothing was changed' },
        {
          hint: { zh: '刷新后再试一次。', en: 'Refresh, then try again.' },
          details,
          cause: error,
        },
      );
    case 1205:
    case 1213:
      return new Refusal(
        'conflict',
        { zh: '与另一个变更冲突，已回滚', en: 'Another change was in the way; this one was rolled back' },
        {
          hint: { zh: '再试一次。', en: 'Try again.' },
          details,
          cause: error,
        },
      );
    case 1290:
    case 1792:
    case 1836:
      return new Refusal(
        'read_only',
        { zh: '数据库处于只读状态', en: 'The database is read-only' },
        {
          hint: {
            zh: '若刚发生主从切换，稍后再试；否则请检查连接的是不是主库，以及 read_only 的设置。',
            en: 'After a switch-over, try again in a moment; else see whether this is the primary, and how read_only is set.',
          },
          details,
          cause: error,
        },
      );
    case 1054:
    case 1146:
      return new Refusal(
        'unsupported',
        {
          zh: '数据库结构与设计不同：缺少表或列',
          en: 'The database differs from the design: a table or column is missing',
        },
        {
          hint: { zh: '在「设置 › 数据库」查看差异。', en: 'See the differences under Settings › Database.' },
          details: { ...details, message: error.message },
          cause: error,
        },
      );
    case 1264:
    case 1265:
    case 1366:
    case 1406:
      return new Refusal(
        'unsupported',
        {
          zh: '有一列存不下这个值，没有做任何改动',
          en: 'A column cannot hold this value; nothing was changed',
        },
        {
          hint: {
            zh: '在「设置 › 数据库」查看哪些列与设计不同，可用修复补上。',
            en: 'See under Settings › Database which columns differ from the design; repairs mend them.',
          },
          details: { ...details, message: error.message },
          cause: error,
        },
      );
    default:
      return error;
  }
}

/** True for what the driver throws where the password was kept back from a server that asked for it. */
export function isPasswordKeptBack(error: { readonly code?: string }): boolean {
  return error.code === passwordKeptBack || error.code === 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED';
}

/** The server is not believed to be the one that is meant: nothing was asked of it. */
function distrust(error: DriverError): Refusal | null {
  if (isPasswordKeptBack(error))
    return new Refusal(
      'unavailable',
      {
        zh: 'MySQL 要求在未加密的连接上交出密码，没有给它',
        en: 'MySQL asks for the password over a connection without TLS: it was not given',
      },
      {
        hint: {
          zh: '打开 TLS（MOONDESK_MYSQL_TLS），或填写服务器公钥（MOONDESK_MYSQL_SERVER_PUBLIC_KEY）；信任这段网络时可设 MOONDESK_MYSQL_PLAIN_PASSWORD=allow。',
          en: 'Switch TLS on (MOONDESK_MYSQL_TLS), or give the server’s public key (MOONDESK_MYSQL_SERVER_PUBLIC_KEY); where the network is to be trusted, MOONDESK_MYSQL_PLAIN_PASSWORD=allow.',
        },
        details: { part: 'mysql', fault: 'plain_password' },
        cause: error,
      },
    );
  if (error.code === 'HANDSHAKE_SSL_ERROR' || error.code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return new Refusal(
      'unavailable',
      { zh: `与 MySQL 的 TLS 握手失败：${error.message}`, en: `The TLS handshake with MySQL failed: ${error.message}` },
      {
        hint: {
          zh: '用证书上的主机名连接，并提供签发它的 CA（MOONDESK_MYSQL_TLS_CA）。',
          en: 'Connect by the name on its certificate, and give the authority that signed it (MOONDESK_MYSQL_TLS_CA).',
        },
        details: { part: 'mysql', fault: 'tls' },
        cause: error,
      },
    );
  return null;
}

/** True where a server was waited for in vain on a connection that stood. */
export function isSilence(error: unknown): boolean {
  return error instanceof BrokenOff && error.why === 'silent';
}

export function silence(cause: unknown): Refusal {
  return new Refusal(
    'unavailable',
    {
      zh: 'MySQL 没有回答，这条连接已断开',
      en: 'MySQL did not answer; the connection was broken off',
    },
    {
      hint: {
        zh: '未提交的变更不会生效。再试一次会使用新的连接；若反复出现，请检查中间的隧道、代理或服务器。',
        en: 'Nothing uncommitted was kept. Another try takes a new connection; if it comes again, look at the tunnel or proxy between, or at the server.',
      },
      cause,
    },
  );
}

/** True where no connection came to stand in time. */
export function isTooSlow(error: unknown): boolean {
  return isDriverError(error) && error.code === 'ETIMEDOUT';
}

/** The time was up before there was a connection to ask on. */
export function noConnection(cause: Refusal): Refusal {
  return new Refusal(
    'timeout',
    { zh: '等不到 MySQL 的连接', en: 'No connection to MySQL was to be had in time' },
    {
      hint: {
        zh: '服务器没有回答，或连接池已被占满：看看状态灯，稍后再试。',
        en: 'The server does not answer, or the pool is full: look at the lamps, and try again later.',
      },
      cause,
    },
  );
}

/** The connection went while the server was committing: only the server knows whether it has. */
export class Uncertain extends Refusal {
  constructor(cause: unknown) {
    super(
      'unavailable',
      {
        zh: 'MySQL 在提交时失去连接，变更可能已经生效',
        en: 'MySQL was lost while it was committing: the change may have been made',
      },
      {
        hint: {
          zh: '先查看操作记录或数据，再决定是否重试。',
          en: 'Look at the audit or at the data before you try again.',
        },
        cause,
      },
    );
  }
}

/** A call that outlives its connection: somebody has closed it or opened another. */
export function closed(cause?: Error): Refusal {
  return new Refusal(
    'unavailable',
    { zh: '这个连接已经关闭', en: 'This connection has been closed' },
    {
      hint: { zh: '重新打开连接后再试一次。', en: 'Open it again, then try once more.' },
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
