import { createPublicKey } from 'node:crypto';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { ConnectionDraft } from '../../contract/connections.js';
import { Refusal } from '../../contract/errors.js';
import { type Encoder, redisTls } from '../../data/redis/client.js';
import type { SiteConfig } from '../../data/site.js';
import type { Secrets } from './environment.js';

type Parts = Pick<ConnectionDraft, 'mysql' | 'redis'>;

/**
 * The storage's settings for a connection; `encoder` is the same for all of this console. Throws invalid_input for an
 * invalid public key.
 */
export function siteConfig({ mysql, redis }: Parts, secrets: Secrets, encoder?: Encoder): SiteConfig {
  return {
    mysql: {
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
