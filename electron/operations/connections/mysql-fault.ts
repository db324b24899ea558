import type { LocalizedText } from '../../contract/text.js';
import type { DatabaseConfig } from '../../data/mysql/database.js';
import { isPasswordKeptBack, isSilence } from '../../data/mysql/errors.js';
import { ordinaryRefusal } from '../../data/mysql/refusals.js';
import { tunnelRefusal } from '../../data/ssh/refusals.js';
import { networkTrouble, otherTrouble, rootOf, timeoutTrouble, type Trouble } from './diagnosis-texts.js';

/** A failed MySQL connection, as a text for users. */
export function mysqlTrouble(error: unknown, config: DatabaseConfig, seconds = 8): Trouble {
  const way = tunnelRefusal(error);
  if (way !== null) return way;
  const root = rootOf(error);
  const { host, port, user, database } = config;
  switch (root.errno) {
    case 1045:
    case 1698:
      return {
        fault: 'access_denied',
        text: {
          zh: `账号 ${user} 的用户名或密码不对，或不允许从这台机器登录`,
          en: `The name or password of ${user} is wrong, or it may not come from this machine`,
        },
        hint: deniedHint(config),
      };
    case 1044:
      return {
        fault: 'access_denied',
        text: {
          zh: `账号 ${user} 无权使用数据库 ${database}（或它不存在）`,
          en: `${user} may not use the database ${database} (or there is none)`,
        },
        hint: {
          zh: `请管理员执行 GRANT … ON ${database}.*。`,
          en: `Have GRANT … ON ${database}.* run by an administrator.`,
        },
      };
    case 1049:
      return {
        fault: 'unknown_database',
        text: { zh: `服务器上没有数据库 ${database}`, en: `There is no database ${database} on this server` },
        hint: {
          zh: '检查数据库名；新站点请先 CREATE DATABASE。',
          en: 'Check its name; for a new site, CREATE DATABASE first.',
        },
      };
    case 1129:
    case 1130:
      return {
        fault: 'refused_host',
        text: { zh: '服务器不接受来自这台机器的连接', en: 'The server takes no connections from this machine' },
        hint:
          root.errno === 1129
            ? {
                zh: '出错次数过多被封锁：在服务器上执行 FLUSH HOSTS。',
                en: 'Blocked after too many errors: run FLUSH HOSTS on the server.',
              }
            : {
                zh: '为这台机器的地址授权账号，或改用隧道。',
                en: 'Grant the account from this machine’s address, or use a tunnel.',
              },
      };
    case 3159:
      return {
        fault: 'tls',
        text: { zh: '服务器只接受加密连接', en: 'The server takes encrypted connections only' },
        hint: { zh: '为这个连接打开 TLS。', en: 'Switch TLS on for this connection.' },
      };
    default:
  }
  if (isPasswordKeptBack(root)) {
    return {
      fault: 'plain_password',
      text: {
        zh: `${host}:${String(port)} 要求在未加密的连接上交出密码，没有给它`,
        en: `${host}:${String(port)} asks for the password over a connection without TLS: it was not given`,
      },
      hint: {
        zh: '打开 TLS，或填写服务器公钥；信任这段网络时，可允许明文交出密码。',
        en: 'Switch TLS on, or give the server’s public key; where the network is to be trusted, allow it.',
      },
    };
  }
  if (root.code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return {
      fault: 'tls',
      text: { zh: '服务器没有启用 TLS', en: 'The server has no TLS' },
      hint: {
        zh: '在服务器上配置证书，或关闭这个连接的 TLS。',
        en: 'Give the server a certificate, or switch TLS off for this connection.',
      },
    };
  }
  if (/require_secure_transport|Connections using insecure transport/i.test(root.message)) {
    return mysqlTrouble(Object.assign(new Error(root.message), { errno: 3159 }), config, seconds);
  }
  if (root.code === 'ETIMEDOUT' || isSilence(root)) return timeoutTrouble(host, port, seconds);
  return networkTrouble(root, host, port) ?? ordinaryTrouble(root) ?? otherTrouble(root);
}

/** What the server says of itself or of the account: it is full, limits the account, starts … */
function ordinaryTrouble(root: Error): Trouble | null {
  const known = ordinaryRefusal(root);
  return known?.hint === undefined ? null : { fault: 'other', text: known.text, hint: known.hint };
}

/** MariaDB reports the same error to a client without TLS if it requires TLS. */
function deniedHint({ user, tls }: DatabaseConfig): LocalizedText {
  const grants = {
    zh: `检查密码；在 MySQL 中用 SHOW GRANTS FOR '${user}' 查看允许的来源主机。`,
    en: `Check the password; SHOW GRANTS FOR '${user}' tells from where it may come.`,
  };
  if (tls !== undefined) return grants;
  return {
    zh: `${grants.zh}服务器若只接受加密连接，请打开 TLS。`,
    en: `${grants.en} Where the server takes encrypted connections only, switch TLS on.`,
  };
}
