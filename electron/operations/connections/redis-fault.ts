import { detectProtocol } from '../../data/detect-server.js';
import type { RedisConfig } from '../../data/redis/client.js';
import { tunnelRefusal } from '../../data/ssh/refusals.js';
import { networkTrouble, otherTrouble, rootOf, timeoutTrouble, type Trouble } from './diagnosis-texts.js';

/** A failed Redis connection, as a text for users. */
export function redisTrouble(error: unknown, config: RedisConfig, seconds = 8): Trouble {
  const way = tunnelRefusal(error);
  if (way !== null) return way;
  const root = rootOf(error);
  const { message } = root;
  if (message.startsWith('NOAUTH')) {
    return {
      fault: 'wrong_password',
      text: { zh: 'Redis 需要密码', en: 'Redis asks for a password' },
      hint: {
        zh: '填写 Redis 密码（redis.conf 的 requirepass）。',
        en: 'Give the Redis password (requirepass in redis.conf).',
      },
    };
  }
  if (/^WRONGPASS|invalid password/i.test(message)) {
    return {
      fault: 'wrong_password',
      text: { zh: 'Redis 的用户名或密码不对', en: 'The name or password for Redis is wrong' },
      hint: {
        zh: '检查密码；没有使用 ACL 时，用户名应留空。',
        en: 'Check the password; without ACLs, leave the name empty.',
      },
    };
  }
  if (message.startsWith('NOPERM')) {
    return {
      fault: 'access_denied',
      text: { zh: `这个 Redis 账号权限不足：${message}`, en: `This Redis account may not do enough: ${message}` },
      hint: { zh: '用 ACL SETUSER 授予读写权限。', en: 'Grant it reading and writing by ACL SETUSER.' },
    };
  }
  if (/DB index is out of range|invalid DB index|SELECT is not allowed/i.test(message)) {
    return {
      fault: 'unknown_database',
      text: {
        zh: `Redis 没有第 ${String(config.db ?? 0)} 号数据库`,
        en: `This Redis has no database ${String(config.db ?? 0)}`,
      },
      hint: { zh: '默认只有 0–15 号；集群只有 0 号。', en: 'By default there are 0 to 15; in a cluster, only 0.' },
    };
  }
  if (/max number of clients/i.test(message)) {
    return {
      fault: 'other',
      text: { zh: 'Redis 的连接数已满', en: 'Redis has no connection left' },
      hint: {
        zh: '提高 maxclients（及系统的文件句柄上限），或减少连接它的程序；有空位后会自动重连。',
        en: 'Raise maxclients (and the system’s limit of open files), or connect fewer programs to it; it is tried again by itself.',
      },
    };
  }
  if (/invalid (multi)?bulk length|query buffer/i.test(message)) {
    return {
      fault: 'refused_command',
      text: {
        zh: '一个值超过了 Redis 一次能接受的大小，连接被它断开',
        en: 'A value is larger than what Redis takes at once; it broke the connection off',
      },
      hint: {
        zh: '提高 proto-max-bulk-len 与 client-query-buffer-limit（默认 512mb 与 1gb）。数据已写入 MySQL，不受影响。',
        en: 'Raise proto-max-bulk-len and client-query-buffer-limit (512mb and 1gb by default). What is in MySQL is not affected.',
      },
    };
  }
  if (/Unknown RESP type|Protocol error/i.test(message)) return wrongProtocol(config, 'other');
  if (/Redis is loading|^LOADING/.test(message)) {
    return {
      fault: 'other',
      text: { zh: 'Redis 正在载入数据', en: 'Redis is still loading its data' },
      hint: { zh: '稍等再试。', en: 'Wait a little, then try again.' },
    };
  }
  if (/DENIED Redis is running in protected mode/i.test(message)) {
    return {
      fault: 'refused_host',
      text: {
        zh: 'Redis 处于保护模式，只接受本机连接',
        en: 'Redis is in protected mode: it takes connections of its own machine only',
      },
      hint: { zh: '在服务器上设置密码，再放开监听地址。', en: 'Set a password on the server, then let it listen.' },
    };
  }
  if (root.code === 'ETIMEDOUT' || /timed out/i.test(message)) return timeoutTrouble(config.host, config.port, seconds);
  if (/Connection is closed/.test(message)) {
    return {
      fault: 'unreachable',
      text: {
        zh: `${config.host}:${String(config.port)} 中断了连接`,
        en: `${config.host}:${String(config.port)} broke the connection off`,
      },
      hint: { zh: '可能服务器要求 TLS，或防火墙拦截。', en: 'The server may want TLS, or a firewall is in the way.' },
    };
  }
  return networkTrouble(root, config.host, config.port) ?? otherTrouble(root);
}

/**
 * Like `redisTrouble`. If the failure alone does not say enough, it first asks what is listening there: another kind of
 * server may close the connection before the client understands its answer, and a Redis without TLS does not answer a
 * TLS handshake. `limit`: milliseconds for the question.
 */
export async function diagnosedTrouble(
  error: unknown,
  config: RedisConfig,
  limit: number,
  seconds = 8,
): Promise<Trouble> {
  const trouble = redisTrouble(error, config, seconds);
  const { code = '', message } = rootOf(error);
  const brokenOff = /Connection is closed/.test(message) || code === 'ECONNRESET' || code === 'EPIPE';
  if (trouble.fault !== 'wrong_protocol' && trouble.fault !== 'timeout' && !brokenOff) return trouble;
  const speaker = await detectProtocol(config, limit);
  if (speaker === 'redis') return config.tls === undefined ? trouble : noTls(config);
  return speaker === 'silent' ? trouble : wrongProtocol(config, speaker);
}

/** Another kind of server answers at Redis's address. */
function wrongProtocol(config: { readonly host: string; readonly port: number }, found: 'mysql' | 'other'): Trouble {
  const place = `${config.host}:${String(config.port)}`;
  return found === 'mysql'
    ? {
        fault: 'wrong_protocol',
        text: { zh: `${place} 是 MySQL，不是 Redis`, en: `${place} is a MySQL, not a Redis` },
        hint: { zh: 'Redis 的端口通常是 6379。', en: 'Redis usually listens at 6379.' },
      }
    : {
        fault: 'wrong_protocol',
        text: { zh: `${place} 上的服务不是 Redis`, en: `What answers at ${place} is not a Redis` },
        hint: { zh: '检查端口，通常是 6379。', en: 'Check the port, usually 6379.' },
      };
}

/** Redis answers without TLS, but the connection uses TLS. */
function noTls({ host, port }: RedisConfig): Trouble {
  return {
    fault: 'tls',
    text: {
      zh: `${host}:${String(port)} 上的 Redis 不使用 TLS`,
      en: `The Redis at ${host}:${String(port)} does not speak TLS`,
    },
    hint: {
      zh: '关闭这个连接的 TLS，或改用 Redis 的 TLS 端口。',
      en: 'Switch TLS off for this connection, or use its TLS port.',
    },
  };
}
