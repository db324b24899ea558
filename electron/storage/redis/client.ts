import { Redis, type RedisOptions } from 'ioredis';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { Refusal } from '../../contract/errors.js';

export interface RedisConfig {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  readonly tls?: TlsOptions;
  readonly prefix?: string;
}

/** Options that every Redis connection of the house uses: no queue while it is down, short limits, endless retry in the background. */
export function redisOptions(config: RedisConfig): RedisOptions {
  return {
    host: config.host,
    port: config.port,
    ...(config.username === undefined ? {} : { username: config.username }),
    ...(config.password === undefined ? {} : { password: config.password }),
    ...(config.tls === undefined ? {} : { tls: config.tls }),
    db: config.db ?? 0,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 3_000,
    commandTimeout: 3_000,
    retryStrategy: (times) => Math.min(200 * times, 3_000),
  };
}

/** `redis://user:password@host:port/db`, `rediss://…` for TLS. Throws invalid_input. */
export function parseRedisUrl(text: string): RedisConfig {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new Refusal(
      'invalid_input',
      { zh: 'REDIS_URL 不是有效的地址', en: 'REDIS_URL is not a valid address' },
      { cause: error },
    );
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    throw new Refusal('invalid_input', {
      zh: 'REDIS_URL 应以 redis:// 或 rediss:// 开头',
      en: 'REDIS_URL must begin with redis:// or rediss://',
    });
  }
  return {
    host: url.hostname === '' ? '127.0.0.1' : url.hostname,
    port: url.port === '' ? 6379 : Number(url.port),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    db: Number(url.pathname.slice(1) || '0'),
    ...(url.protocol === 'rediss:' ? { tls: { servername: url.hostname } } : {}),
  };
}

/** Connects in the background; `client.status === 'ready'` tells whether commands will be taken. Errors never crash the process. */
export function openRedis(config: RedisConfig): Redis {
  const client = new Redis(redisOptions(config));
  client.on('error', () => undefined);
  void client.connect().catch(() => undefined);
  return client;
}
