import { createPublicKey } from 'node:crypto';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { ConnectionDraft } from '../../contract/connections.js';
import { Refusal } from '../../contract/errors.js';
import type { Tunnel } from '../../data/open-socket.js';
import type { Encoder } from '../../data/redis/client.js';
import { redisTls } from '../../data/redis/redis-tls.js';
import type { SiteConfig } from '../../data/site.js';
import { SshTunnel } from '../../data/ssh/tunnel.js';
import type { Secrets } from './environment.js';

type Parts = Pick<ConnectionDraft, 'ssh' | 'mysql' | 'redis'>;

/** What is the same for all connections of this console. */
export interface ConsoleSettings {
  readonly encoder?: Encoder;
  /** Socket of the SSH agent. */
  readonly agent?: string;
}

/**
 * The storage's settings for a connection. Its tunnel is made when it is first used. Throws invalid_input for an
 * invalid public key.
 */
export function siteConfig(
  { ssh, mysql, redis }: Parts,
  secrets: Secrets,
  { encoder, agent }: ConsoleSettings = {},
): SiteConfig {
  const tunnel = ssh === undefined ? undefined : tunnelOf(ssh, secrets, agent);
  const through = tunnel === undefined ? {} : { through: tunnel };
  return {
    ...(tunnel === undefined ? {} : { tunnel }),
    mysql: {
      ...through,
      host: mysql.host,
      port: mysql.port,
      user: mysql.user,
      password: secrets.mysqlPassword ?? '',
      database: mysql.database,
      poolSize: mysql.poolSize,
      ...(mysql.tls.enabled ? { tls: tlsOf(mysql.tls) } : {}),
      // With TLS, the form hides the key and nothing uses it.
      ...(mysql.tls.enabled || mysql.serverPublicKey === undefined
        ? {}
        : { serverPublicKey: publicKey(mysql.serverPublicKey) }),
      ...(mysql.allowPlainPassword === true ? { allowPlainPassword: true } : {}),
    },
    redis: {
      ...through,
      host: redis.host,
      port: redis.port,
      db: redis.db,
      prefix: redis.prefix,
      ...(encoder === undefined ? {} : { encoder }),
      ...(redis.username === undefined ? {} : { username: redis.username }),
      ...(secrets.redisPassword === undefined ? {} : { password: secrets.redisPassword }),
      ...(redis.tls.enabled ? { tls: { ...tlsOf(redis.tls), ...redisTls(redis.host) } } : {}),
    },
  };
}

function tunnelOf(ssh: NonNullable<Parts['ssh']>, { sshPassword }: Secrets, agent: string | undefined): Tunnel {
  return new SshTunnel({
    ...ssh,
    ...(sshPassword === undefined ? {} : { secret: sshPassword }),
    ...(agent === undefined ? {} : { agent }),
  });
}

function tlsOf(tls: Parts['mysql']['tls']): TlsOptions {
  return { rejectUnauthorized: tls.verify, minVersion: 'TLSv1.2', ...(tls.ca === undefined ? {} : { ca: tls.ca }) };
}

/** Throws invalid_input if the text is not a key. */
function publicKey(text: string): string {
  try {
    createPublicKey(text);
    return text;
  } catch (error) {
    throw new Refusal(
      'invalid_input',
      { zh: 'MySQL 服务器公钥不是有效的 PEM', en: 'The MySQL server’s public key is no PEM' },
      {
        hint: {
          zh: '粘贴服务器数据目录里的 public_key.pem。',
          en: 'Paste the public_key.pem of the server’s data folder.',
        },
        details: { fields: [{ field: 'draft.mysql.serverPublicKey', problem: 'invalid' }] },
        cause: error,
      },
    );
  }
}
