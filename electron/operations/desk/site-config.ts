import { isIP } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { ConnectionDraft } from '../../contract/connections.js';
import { Refusal } from '../../contract/errors.js';
import type { SiteConfig } from '../../storage/site.js';
import type { Secrets } from './environment.js';

type Parts = Pick<ConnectionDraft, 'mysql' | 'redis'>;

/** What the storage needs to open a connection. Throws invalid_input where a certificate could not be checked. */
export function siteConfig({ mysql, redis }: Parts, secrets: Secrets): SiteConfig {
  return {
    mysql: {
      host: mysql.host,
      port: mysql.port,
      user: mysql.user,
      password: secrets.mysqlPassword ?? '',
      database: mysql.database,
      poolSize: mysql.poolSize,
      ...(mysql.tls.enabled ? { tls: mysqlTls(mysql) } : {}),
    },
    redis: {
      host: redis.host,
      port: redis.port,
      db: redis.db,
      prefix: redis.prefix,
      ...(redis.username === undefined ? {} : { username: redis.username }),
      ...(secrets.redisPassword === undefined ? {} : { password: secrets.redisPassword }),
      ...(redis.tls.enabled
        ? { tls: { ...tlsOf(redis.tls), ...(isIP(redis.host) === 0 ? { servername: redis.host } : {}) } }
        : {}),
    },
  };
}

function tlsOf(tls: Parts['mysql']['tls']): TlsOptions {
  return { rejectUnauthorized: tls.verify, minVersion: 'TLSv1.2', ...(tls.ca === undefined ? {} : { ca: tls.ca }) };
}

/** The MySQL driver checks the certificate's name only when asked, and never against an address. */
function mysqlTls({ host, tls }: Parts['mysql']): TlsOptions {
  const named = isIP(host) === 0;
  if (tls.verify && !named && tls.ca === undefined) {
    throw new Refusal(
      'invalid_input',
      { zh: '用 IP 地址无法核对 MySQL 的证书', en: 'A MySQL certificate cannot be checked against an IP address' },
      {
        hint: {
          zh: '填写主机名，或提供签发证书的 CA。',
          en: 'Give the host’s name, or the certificate of the authority.',
        },
      },
    );
  }
  return Object.assign(tlsOf(tls), { verifyIdentity: tls.verify && named });
}
