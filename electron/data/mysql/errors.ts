import { Refusal } from '../../contract/errors.js';
import { BrokenOff } from './side-connection.js';
import { ordinaryOf, ordinaryRefusal } from './refusals.js';
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

/**
 * True if the server refuses the written data: too long, out of range, a duplicate, not JSON. The transaction may go
 * on.
 */
export function isDataError(error: unknown): boolean {
  return isDriverError(error) && /^2[23]/.test(error.sqlState ?? '');
}

/** True if a server has answered with an error packet: it can be reached. */
export function isAnswer(error: unknown): boolean {
  return (errorNumber(error) ?? 0) > 0;
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
  'PROTOCOL_PACKETS_OUT_OF_ORDER',
  'ER_CONNECTION_KILLED',
]);

/** True if the driver did not even send, because the connection was already gone. The driver has no code for this. */
function isUnsent(error: unknown): boolean {
  return (
    error instanceof Error && /^Can't (add new command when connection is|write) in closed state/.test(error.message)
  );
}

/**
 * True if the server could not be reached or went away. Then nothing was committed, unless the commit itself was in
 * progress.
 */
export function isConnectionLoss(error: unknown): boolean {
  if (isUnsent(error)) return true;
  return (
    isDriverError(error) &&
    ((error.code !== undefined && lostConnection.has(error.code)) ||
      ordinaryOf(error)?.lost === true ||
      /Connection lost|Server shutdown/i.test(error.message))
  );
}

/**
 * True if the last statement, a write or a COMMIT, may have been carried out although it failed: the connection was
 * lost, or the server left its cluster meanwhile. False if it was never sent.
 */
export function mayBeDone(error: unknown): boolean {
  if (isUnsent(error)) return false;
  const ordinary = ordinaryOf(error);
  return ordinary === null ? isConnectionLoss(error) : ordinary.unknown === true;
}

/** Turns a driver's error into a coded refusal. A Refusal stays as it is. */
export function refusalOf(error: unknown): Error {
  if (error instanceof Refusal) return error;
  if (error instanceof Error && error.message === 'Pool is closed.') return closed(error);
  if (isSilence(error)) return silence(error);
  const coded = isDriverError(error) ? (distrust(error) ?? ordinaryRefusal(error)) : null;
  if (coded !== null) return coded;
  if (!isConnectionLoss(error)) return error instanceof Error ? error : new Error(String(error));
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

/** True for the driver's error if the server asked for the password and did not get it. */
export function isPasswordKeptBack(error: { readonly code?: string }): boolean {
  return error.code === passwordKeptBack || error.code === 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED';
}

/** The server may be the wrong one, so nothing was asked of it. */
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

/** True if an established connection got no answer from its server. */
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

/** True if no connection could be made in time. */
export function isTooSlow(error: unknown): boolean {
  return isDriverError(error) && error.code === 'ETIMEDOUT';
}

/** The time was up before a connection was available. */
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

/** What reads while it reads needs two connections. */
export function onlyOneConnection(): Refusal {
  return new Refusal(
    'unavailable',
    {
      zh: '数据库只允许一条连接，而这项操作需要两条',
      en: 'The database allows one connection only, and this needs two',
    },
    {
      hint: {
        zh: '提高该账号的上限（MAX_USER_CONNECTIONS 至少 3），或关闭占用连接的其他程序。',
        en: 'Raise the account’s limit (MAX_USER_CONNECTIONS of at least 3), or close what else uses its connections.',
      },
    },
  );
}

const lostWhile = {
  committing: {
    zh: 'MySQL 在提交时失去连接，变更可能已经生效',
    en: 'MySQL was lost while it was committing: the change may have been made',
  },
  writing: {
    zh: 'MySQL 在写入时失去连接，变更可能已经生效',
    en: 'MySQL was lost while it was writing: the change may have been made',
  },
};

/**
 * The connection was lost during a commit, or during a write that commits itself. Only the server knows whether it is
 * done.
 */
export class Uncertain extends Refusal {
  constructor(cause: unknown, at: keyof typeof lostWhile = 'committing') {
    super('unavailable', lostWhile[at], {
      hint: {
        zh: '先查看操作记录或数据，再决定是否重试。',
        en: 'Look at the audit or at the data before you try again.',
      },
      cause,
    });
  }
}

/** A call on a connection that somebody has already closed or replaced. */
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
