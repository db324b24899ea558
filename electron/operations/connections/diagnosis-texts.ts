import type { LocalizedText } from '../../contract/text.js';
import type { SshFault } from '../../data/ssh/refusals.js';

/** What stops a connection. */
export type Fault =
  | SshFault
  | 'refused_host'
  | 'tls'
  | 'plain_password'
  | 'unknown_database'
  | 'foreign_database'
  | 'wrong_password'
  | 'read_only'
  | 'refused_command'
  | 'other';

/** A fault as a text, and what to do about it. */
export interface Trouble {
  readonly fault: Fault;
  readonly text: LocalizedText;
  readonly hint: LocalizedText;
}

interface NetworkError extends Error {
  readonly code?: string;
  readonly errno?: number;
}

/** The innermost error of a chain, which has the driver's message. */
export function rootOf(error: unknown): NetworkError {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  if (root instanceof AggregateError && root.errors[0] instanceof Error) root = root.errors[0];
  return root instanceof Error ? root : new Error(String(root));
}

const certificateCodes =
  /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$|ERR_OSSL)/;

/** An error of the network itself, for both kinds of server; null if the server answered. */
export function networkTrouble(error: NetworkError, host: string, port: number): Trouble | null {
  const place = `${host}:${String(port)}`;
  const code = error.code ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      fault: 'unreachable',
      text: { zh: `找不到主机 ${host}`, en: `The host ${host} cannot be found` },
      hint: {
        zh: '检查主机名的拼写，以及本机的 DNS 或 VPN。',
        en: 'Check the spelling of the host, and this machine’s DNS or VPN.',
      },
    };
  }
  if (code === 'ECONNREFUSED') {
    return {
      fault: 'unreachable',
      text: { zh: `${place} 拒绝连接：那里没有服务在听`, en: `${place} refused: nothing listens there` },
      hint: {
        zh: '检查端口；服务器是否已启动，是否只监听 127.0.0.1。',
        en: 'Check the port; whether the server runs, and whether it listens on 127.0.0.1 alone.',
      },
    };
  }
  if (['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'ECONNRESET', 'EPIPE'].includes(code)) {
    const reset = code === 'ECONNRESET' || code === 'EPIPE';
    return reset
      ? {
          fault: 'unreachable',
          text: { zh: `${place} 中断了连接`, en: `${place} broke the connection off` },
          hint: { zh: '可能是防火墙，或服务器要求 TLS。', en: 'A firewall may do that, or a server that wants TLS.' },
        }
      : {
          fault: 'unreachable',
          text: { zh: `到不了 ${place}`, en: `There is no way to ${place}` },
          hint: { zh: '检查网络、VPN 与防火墙。', en: 'Check the network, the VPN and the firewall.' },
        };
  }
  if (
    certificateCodes.test(code) ||
    /certificate|self.signed|altnames|SSL routines|wrong version number/i.test(error.message)
  ) {
    return {
      fault: 'tls',
      text: {
        zh: `与 ${place} 的 TLS 握手失败：${error.message}`,
        en: `The TLS handshake with ${place} failed: ${error.message}`,
      },
      hint: tlsHint(error),
    };
  }
  return null;
}

function tlsHint(error: NetworkError): LocalizedText {
  const text = `${error.code ?? ''} ${error.message}`;
  if (/EXPIRED/i.test(text))
    return { zh: '服务器的证书已过期，请更新证书。', en: 'The server’s certificate has expired: renew it.' };
  if (/ALTNAME|HOSTNAME|altnames/i.test(text))
    return {
      zh: '证书不是发给这个主机名的：用证书上的名称连接。',
      en: 'The certificate is for another name: connect by the name on it.',
    };
  if (/wrong version number|EPROTO/i.test(text))
    return {
      zh: '这个端口不使用 TLS：关闭 TLS，或改用 TLS 端口。',
      en: 'This port does not speak TLS: switch TLS off, or use the TLS port.',
    };
  return {
    zh: '提供签发证书的 CA；仅在开发服务器上可关闭校验。',
    en: 'Give the authority’s certificate; only for a development server, switch checking off.',
  };
}

export function timeoutTrouble(host: string, port: number, seconds: number): Trouble {
  return {
    fault: 'timeout',
    text: {
      zh: `${host}:${String(port)} 在 ${String(seconds)} 秒内没有回答`,
      en: `${host}:${String(port)} did not answer within ${String(seconds)} s`,
    },
    hint: {
      zh: '防火墙可能丢弃了数据包；也请检查主机、端口与服务器负载。',
      en: 'A firewall may drop the packets; check the host, the port and the server’s load as well.',
    },
  };
}

export function otherTrouble(error: Error): Trouble {
  return {
    fault: 'other',
    text: { zh: `连接失败：${error.message}`, en: `It failed: ${error.message}` },
    hint: { zh: '按服务器的说明处理；再试一次。', en: 'Follow what the server says, then try again.' },
  };
}
