import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import ssh2, {
  type AnyAuthMethod,
  type Client,
  type ClientChannel,
  type ClientErrorExtensions,
  type ServerHostKeyAlgorithm,
} from 'ssh2';
import {
  accessDenied,
  forwardRefused,
  noAgent,
  notSsh,
  type SshRefusal,
  sshTimeout,
  sshUnreachable,
  targetUnreachable,
  unknownHostKey,
  wrongHostKey,
} from './refusals.js';
import type { SshConfig, TunnelPaces } from './ssh-config.js';

/** Signs of life without an answer after which the connection is dead. */
const silent = 2;

/** Which of its keys a server shows, by preference. Fixed, because a pinned key must stay the one that is shown. */
const hostKeys: ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** As `ssh-keygen -l` writes it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/**
 * One SSH connection, signed in. `over` is called once when it has ended, with the reason if one is known. A signal
 * breaks it off. Throws a refusal.
 */
export function openLine(
  config: SshConfig,
  methods: readonly AnyAuthMethod[],
  { ready, alive }: TunnelPaces,
  signal: AbortSignal,
  over: (why: Error | undefined) => void,
): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    const socket = connect(config.port, config.host);
    socket.setNoDelay(true);
    const breakOff = (): void => void socket.destroy();
    signal.addEventListener('abort', breakOff, { once: true });
    let shown: string | null = null;
    let stands = false;
    let why: Error | undefined;
    // The library says that there was an error, but a server that keeps its socket open would keep ours.
    client.on('error', (error) => {
      why ??= error;
      breakOff();
    });
    client.on('ready', () => {
      stands = true;
      resolve(client);
    });
    client.on('close', () => {
      signal.removeEventListener('abort', breakOff);
      if (stands) over(why);
      else reject(refusalOf(why, config, shown, ready));
    });
    client.connect({
      sock: socket,
      username: config.user,
      authHandler: [...methods],
      readyTimeout: ready,
      keepaliveInterval: alive,
      keepaliveCountMax: silent,
      algorithms: { serverHostKey: hostKeys },
      hostVerifier: (key: Buffer) => {
        shown = fingerprintOf(key);
        return shown === config.hostKey;
      },
    });
  });
}

type LineError = Error & ClientErrorExtensions & { readonly code?: unknown };

function refusalOf(error: LineError | undefined, config: SshConfig, shown: string | null, ready: number): SshRefusal {
  if (shown !== null && shown !== config.hostKey)
    return config.hostKey === undefined ? unknownHostKey(config, shown) : wrongHostKey(config, config.hostKey, shown);
  if (error === undefined) return sshUnreachable(config);
  if (error.level === 'client-timeout') return sshTimeout(config, ready / 1000, error);
  if (error.level === 'agent') return noAgent(error);
  if (error.level === 'client-authentication' || /too many authentication failures/i.test(error.message))
    return accessDenied(config, config.login, error);
  if (error.level === 'handshake' || error.level === 'protocol') return notSsh(config, error);
  return sshUnreachable(config, error);
}

/** The server's reason for opening no channel, by number: RFC 4254, section 5.1. */
const prohibited = 1;

/** A channel to a server, as seen from the SSH server. Throws a refusal. */
export function openChannel(client: Client, config: SshConfig, host: string, port: number): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const target = `${host}:${String(port)}`;
    try {
      client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        if (error instanceof Error) reject(channelRefusal(error, config, target));
        else resolve(channel);
      });
    } catch (error) {
      // The connection has just ended.
      reject(sshUnreachable(config, error instanceof Error ? error : undefined));
    }
  });
}

function channelRefusal(error: Error & { readonly reason?: unknown }, config: SshConfig, target: string): SshRefusal {
  if (error.reason === prohibited) return forwardRefused(config, target, error);
  // Without a reason, the connection ended before the answer.
  return error.reason === undefined ? sshUnreachable(config, error) : targetUnreachable(config, target, error);
}
