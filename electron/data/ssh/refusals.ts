import { Refusal } from '../../contract/errors.js';
import type { LocalizedText } from '../../contract/text.js';
import type { SshConfig } from './ssh-config.js';

/** What stops a tunnel. */
export type SshFault =
  | 'unreachable'
  | 'timeout'
  | 'wrong_protocol'
  | 'unknown_host_key'
  | 'wrong_host_key'
  | 'access_denied'
  | 'key_file'
  | 'wrong_passphrase'
  | 'no_agent'
  | 'forward_refused';

/** A tunnel that does not stand, or does not lead to a server. */
export class SshRefusal extends Refusal {
  readonly fault: SshFault;
  /** The fingerprint of the key that the server has shown; null if it has shown none. */
  readonly hostKey: string | null;
  declare readonly hint: LocalizedText;

  constructor(
    fault: SshFault,
    text: LocalizedText,
    hint: LocalizedText,
    { hostKey = null, cause }: { readonly hostKey?: string | null; readonly cause?: unknown } = {},
  ) {
    super('unavailable', text, {
      hint,
      details: { part: 'ssh', fault, ...(hostKey === null ? {} : { hostKey }) },
      ...(cause === undefined ? {} : { cause }),
    });
    this.name = 'SshRefusal';
    this.fault = fault;
    this.hostKey = hostKey;
  }
}

/** The tunnel's refusal in a chain of errors; null if it was not the tunnel that failed. */
export function tunnelRefusal(error: unknown): SshRefusal | null {
  for (let one = error; one instanceof Error; one = one.cause) if (one instanceof SshRefusal) return one;
  return null;
}

type Server = Pick<SshConfig, 'host' | 'port' | 'user'>;
const placeOf = ({ host, port }: Pick<Server, 'host' | 'port'>): string => `${host}:${String(port)}`;

/** The server was never seen before: nothing was sent to it, and its key is shown. */
export function unknownHostKey(server: Server, hostKey: string): SshRefusal {
  const place = placeOf(server);
  return new SshRefusal(
    'unknown_host_key',
    {
      zh: `${place} 出示的主机密钥是 ${hostKey}，这个连接还没有指定主机密钥`,
      en: `${place} shows the host key ${hostKey}, and this connection names none yet`,
    },
    {
      zh: '在服务器上用 ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub 核对，一致后把它填为主机密钥。',
      en: 'Compare it with ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on the server; if it is the same, give it as the host key.',
    },
    { hostKey },
  );
}

/** Another server may be answering, so it got nothing. */
export function wrongHostKey(server: Server, expected: string, hostKey: string): SshRefusal {
  const place = placeOf(server);
  return new SshRefusal(
    'wrong_host_key',
    {
      zh: `${place} 出示的主机密钥是 ${hostKey}，不是这个连接指定的 ${expected}：没有登录`,
      en: `${place} shows the host key ${hostKey}, not ${expected} as this connection says: nobody signed in`,
    },
    {
      zh: '可能有人冒充服务器。向服务器的管理员核对；确是重装或换了密钥，再改主机密钥。',
      en: 'Somebody may stand in for the server. Ask its administrator; if it was set up anew, change the host key.',
    },
    { hostKey },
  );
}

export function keyFileRefused(keyFile: string, cause: Error): SshRefusal {
  return new SshRefusal(
    'key_file',
    {
      zh: `密钥文件 ${keyFile} 用不了：${cause.message}`,
      en: `The key file ${keyFile} is of no use: ${cause.message}`,
    },
    {
      zh: '填写私钥文件的路径（OpenSSH、PEM 或 PPK 格式），并确认本机用户可以读取它。',
      en: 'Give the path of a private key (of OpenSSH, PEM or PPK) that this machine’s user may read.',
    },
    { cause },
  );
}

export function passphraseRefused(keyFile: string, given: boolean, cause: Error): SshRefusal {
  return new SshRefusal(
    'wrong_passphrase',
    given
      ? { zh: `密钥文件 ${keyFile} 的口令不对`, en: `The passphrase of the key file ${keyFile} is wrong` }
      : { zh: `密钥文件 ${keyFile} 需要口令`, en: `The key file ${keyFile} needs its passphrase` },
    {
      zh: '编辑连接，填写密钥的口令；或用 ssh-add 把密钥交给代理，改用代理登录。',
      en: 'Edit the connection and type the key’s passphrase; or give the key to the agent by ssh-add, and sign in by it.',
    },
    { cause },
  );
}

export function noAgent(cause?: Error): SshRefusal {
  return new SshRefusal(
    'no_agent',
    { zh: '本机没有可用的 SSH 代理', en: 'No SSH agent of this machine answers' },
    {
      zh: '启动 ssh-agent，用 ssh-add 加入密钥，并让控制台看到 SSH_AUTH_SOCK；或改用密钥文件。',
      en: 'Start ssh-agent, add the key by ssh-add, and let the console see SSH_AUTH_SOCK; or use a key file.',
    },
    cause === undefined ? {} : { cause },
  );
}

const whatToCheck: Readonly<Record<SshConfig['login'], LocalizedText>> = {
  key: {
    zh: '检查用户名，以及服务器的 authorized_keys 里有没有这把密钥的公钥。',
    en: 'Check the user, and that the key’s public half is in authorized_keys on the server.',
  },
  agent: {
    zh: '用 ssh-add -l 查看代理里的密钥；其中一把的公钥要在服务器的 authorized_keys 里。',
    en: 'See by ssh-add -l which keys the agent has; authorized_keys on the server must have one of them.',
  },
  password: {
    zh: '检查用户名与密码，以及服务器是否允许密码登录。',
    en: 'Check the user and the password, and whether the server takes passwords at all.',
  },
};

export function accessDenied(server: Server, login: SshConfig['login'], cause: unknown): SshRefusal {
  const place = placeOf(server);
  return new SshRefusal(
    'access_denied',
    { zh: `${place} 不让 ${server.user} 登录`, en: `${place} does not let ${server.user} sign in` },
    whatToCheck[login],
    { cause },
  );
}

export function notSsh(server: Server, cause: Error): SshRefusal {
  const place = placeOf(server);
  return new SshRefusal(
    'wrong_protocol',
    {
      zh: `与 ${place} 的 SSH 握手失败：${cause.message}`,
      en: `The SSH handshake with ${place} failed: ${cause.message}`,
    },
    { zh: '检查端口，SSH 通常是 22；也可能服务器太旧。', en: 'Check the port, usually 22; or the server is too old.' },
    { cause },
  );
}

export function sshTimeout(server: Server, seconds: number, cause: unknown): SshRefusal {
  const place = placeOf(server);
  return new SshRefusal(
    'timeout',
    {
      zh: `SSH 服务器 ${place} 在 ${String(seconds)} 秒内没有回答`,
      en: `The SSH server ${place} did not answer within ${String(seconds)} s`,
    },
    {
      zh: '检查主机、端口与防火墙。',
      en: 'Check the host, the port and the firewall.',
    },
    { cause },
  );
}

export function sshUnreachable(server: Server, cause?: Error): SshRefusal {
  const place = placeOf(server);
  const why = cause === undefined ? { zh: '连接被中断', en: 'it broke the connection off' } : undefined;
  return new SshRefusal(
    'unreachable',
    {
      zh: `连不上 SSH 服务器 ${place}：${why?.zh ?? cause?.message ?? ''}`,
      en: `The SSH server ${place} cannot be reached: ${why?.en ?? cause?.message ?? ''}`,
    },
    {
      zh: '检查主机与端口，以及网络、VPN 与防火墙。',
      en: 'Check the host and the port; the network, the VPN and the firewall.',
    },
    cause === undefined ? {} : { cause },
  );
}

/** The server forwards nothing, or not to this place. */
export function forwardRefused(server: Server, target: string, cause: Error): SshRefusal {
  const place = placeOf(server);
  return new SshRefusal(
    'forward_refused',
    { zh: `${place} 不转发到 ${target} 的连接`, en: `${place} forwards no connection to ${target}` },
    {
      zh: '在服务器的 sshd_config 里为这个用户放开 AllowTcpForwarding 与 PermitOpen。',
      en: 'Let this user have it by AllowTcpForwarding and PermitOpen in the server’s sshd_config.',
    },
    { cause },
  );
}

/** The server forwards, but reaches nothing there. */
export function targetUnreachable(server: Server, target: string, cause: Error): SshRefusal {
  const place = placeOf(server);
  return new SshRefusal(
    'unreachable',
    { zh: `从 ${place} 连不上 ${target}`, en: `${target} cannot be reached from ${place}` },
    {
      zh: '主机与端口是从 SSH 服务器看的：数据库就在那台机器上时，写 127.0.0.1。',
      en: 'Host and port are as the SSH server sees them: 127.0.0.1 if the database is on that machine.',
    },
    { cause },
  );
}
