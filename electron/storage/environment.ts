import * as z from 'zod';
import type { HybridConfig } from './hybrid.js';
import type { DatabaseConfig } from '../data/mysql/database.js';
import { encoders, parseRedisUrl, type RedisConfig, type RedisNode } from '../data/redis/client.js';
import { redisTls } from '../data/redis/redis-tls.js';
import { givenVariables, mysqlTrust, redisTrust, trustVariables, unusable } from '../data/trust-environment.js';

/** The rollback: the site's legacy layout in Redis alone (seed, section 10). */
export interface RedisOnlyConfig {
  readonly engine: 'redis';
  readonly redis: RedisConfig;
  /** The owner's name: on these sites the owner has no account in Redis. */
  readonly owner?: string;
}

export type StorageConfig = HybridConfig | RedisOnlyConfig;

/** `host:port,host:port`; the port is optional. */
const nodes = (port: number) =>
  z.string().transform((text, context): RedisNode[] =>
    text.split(',').map((part) => {
      const match = /^(?:\[([0-9a-f:]+)\]|([^:\s/]+))(?::(\d{1,5}))?$/i.exec(part.trim());
      const node = { host: match?.[1] ?? match?.[2] ?? '', port: Number(match?.[3] ?? port) };
      if (match === null || node.port < 1 || node.port > 65_535) context.addIssue({ code: 'custom', message: part });
      return node;
    }),
  );

const port = z.coerce.number().int().min(1).max(65_535);

const variables = z.object({
  NEXT_PUBLIC_STORAGE_TYPE: z.enum(['mysql-redis', 'redis', 'kvrocks', 'upstash']).default('mysql-redis'),
  MYSQL_HOST: z.string().default('127.0.0.1'),
  MYSQL_PORT: port.default(3306),
  MYSQL_USER: z.string().default('root'),
  MYSQL_PASSWORD: z.string().default(''),
  MYSQL_DATABASE: z.string().default('moontv'),
  MYSQL_POOL_SIZE: z.coerce.number().int().min(1).max(1_000).default(20),
  MYSQL_REPLICA_HOSTS: nodes(3306).optional(),
  MYSQL_REPLICA_LAG_MS: z.coerce.number().int().min(0).max(3_600_000).default(2_000),
  REDIS_URL: z.string().optional(),
  KVROCKS_URL: z.string().optional(),
  UPSTASH_REDIS_REST_URL: z.url({ protocol: /^https?$/ }).optional(),
  UPSTASH_REDIS_REST_TOKEN: z.string().optional(),
  REDIS_SENTINELS: nodes(26_379).optional(),
  REDIS_SENTINEL_NAME: z.string().default('mymaster'),
  REDIS_SENTINEL_PASSWORD: z.string().optional(),
  REDIS_CLUSTER_NODES: nodes(6_379).optional(),
  MOONDESK_REDIS_PREFIX: z.string().max(50).default('moontv:'),
  MOONDESK_REDIS_ENCODER: z.enum(encoders).optional(),
  MOONDESK_WARM_USERS: z.coerce.number().int().min(0).max(10_000).default(200),
  USERNAME: z.string().optional(),
  ...trustVariables,
});

type Variables = z.infer<typeof variables>;

/**
 * The configuration from the environment (seed, section 5). An empty variable counts as not set. Throws `invalid_input`
 * naming what cannot be used.
 *
 * - NEXT_PUBLIC_STORAGE_TYPE: `mysql-redis` (hybrid, the default), `redis`, `kvrocks`, `upstash` (the site's legacy
 *   layout)
 * - MYSQL_HOST, MYSQL_PORT, MYSQL_USER, MYSQL_PASSWORD, MYSQL_DATABASE; MYSQL_POOL_SIZE (20)
 * - MOONDESK_MYSQL_TLS: `off` (the default), `on` (checks the certificate, and that it is for this host; each replica
 *   by its own name), `insecure` (encrypted, but any server is trusted and gets the password). MOONDESK_MYSQL_TLS_CA:
 *   the authority to trust instead of the system's, as a PEM or the path of one; set alone, it turns TLS on
 * - MOONDESK_MYSQL_SERVER_PUBLIC_KEY: the server's RSA key, as a PEM or the path of one (`public_key.pem` in its data
 *   folder). Without TLS and beyond this machine, a server that asks for the password itself (`caching_sha2_password`)
 *   gets it only if it has that key, or with MOONDESK_MYSQL_PLAIN_PASSWORD=allow, which trusts the network; otherwise
 *   the connection is refused (`unavailable`)
 * - MOONDESK_REDIS_TLS and MOONDESK_REDIS_TLS_CA: the same for Redis, its sentinels and its cluster nodes, each checked
 *   by the name or address it is reached at; `on` if REDIS_URL is `rediss://`
 * - MYSQL_REPLICA_HOSTS `host:port,…` (same account and database), MYSQL_REPLICA_LAG_MS (2000)
 * - REDIS_URL, or for kvrocks KVROCKS_URL; UPSTASH_REDIS_REST_URL and …_TOKEN become
 *   `rediss://default:{token}@{host}:6379`
 * - REDIS_SENTINELS `host:port,…` with REDIS_SENTINEL_NAME (mymaster) and REDIS_SENTINEL_PASSWORD, or
 *   REDIS_CLUSTER_NODES `host:port,…`: account, TLS and database number then come from REDIS_URL, its host is ignored
 * - MOONDESK_REDIS_ENCODER: `own` (the default), or `driver` if the cache's commands are to be sent by ioredis alone
 *   (docs/decisions/resp-encoder.md)
 * - MOONDESK_REDIS_PREFIX (moontv:), MOONDESK_WARM_USERS (200; 0 for none)
 * - USERNAME (the owner, for the legacy layout)
 */
export function storageConfig(environment: NodeJS.ProcessEnv): StorageConfig {
  const parsed = variables.safeParse(givenVariables(environment));
  if (!parsed.success) {
    throw unusable([...new Set(parsed.error.issues.map(({ path }) => path.map(String).join('.')))].join(', '));
  }
  const { data } = parsed;
  const redis = redisOf(data);
  if (data.NEXT_PUBLIC_STORAGE_TYPE !== 'mysql-redis') {
    return { engine: 'redis', redis, ...(data.USERNAME === undefined ? {} : { owner: data.USERNAME }) };
  }
  const mysql = mysqlOf(data);
  return {
    engine: 'hybrid',
    mysql,
    redis: { ...redis, prefix: data.MOONDESK_REDIS_PREFIX, ...encoderOf(data) },
    replicas: (data.MYSQL_REPLICA_HOSTS ?? []).map((node) => ({ ...mysql, ...node })),
    lagBound: data.MYSQL_REPLICA_LAG_MS,
    warmUsers: data.MOONDESK_WARM_USERS,
  };
}

function encoderOf({ MOONDESK_REDIS_ENCODER: encoder }: Variables): Pick<RedisConfig, 'encoder'> {
  return encoder === undefined ? {} : { encoder };
}

function mysqlOf(data: Variables): DatabaseConfig {
  const { tls, ...trust } = mysqlTrust(data);
  return {
    host: data.MYSQL_HOST,
    port: data.MYSQL_PORT,
    user: data.MYSQL_USER,
    password: data.MYSQL_PASSWORD,
    database: data.MYSQL_DATABASE,
    poolSize: data.MYSQL_POOL_SIZE,
    ...trust,
    ...(tls.enabled
      ? { tls: { rejectUnauthorized: tls.verify, ...(tls.ca === undefined ? {} : { ca: tls.ca }) } }
      : {}),
  };
}

function redisOf(data: Variables): RedisConfig {
  const type = data.NEXT_PUBLIC_STORAGE_TYPE;
  const variable = type === 'kvrocks' && data.KVROCKS_URL !== undefined ? 'KVROCKS_URL' : 'REDIS_URL';
  const url = data[variable];
  const upstash = type === 'upstash' || url === undefined ? upstashOf(data) : null;
  if (type === 'upstash' && upstash === null) throw unusable('UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN');
  const { tls: byAddress, ...server } = upstash ?? parseRedisUrl(url ?? 'redis://127.0.0.1:6379', variable);
  const tls = redisTrust(data, byAddress !== undefined);
  return {
    ...server,
    ...(tls.enabled
      ? {
          tls: {
            ...redisTls(server.host),
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
            ...(tls.verify ? {} : { rejectUnauthorized: false }),
          },
        }
      : {}),
    ...(data.REDIS_SENTINELS === undefined
      ? {}
      : {
          sentinels: {
            name: data.REDIS_SENTINEL_NAME,
            nodes: data.REDIS_SENTINELS,
            ...(data.REDIS_SENTINEL_PASSWORD === undefined ? {} : { password: data.REDIS_SENTINEL_PASSWORD }),
          },
        }),
    ...(data.REDIS_CLUSTER_NODES === undefined ? {} : { cluster: data.REDIS_CLUSTER_NODES }),
  };
}

/** Upstash speaks the Redis protocol at the host of its REST address; the token is the password of `default`. */
function upstashOf(data: Variables): RedisConfig | null {
  const { UPSTASH_REDIS_REST_URL: address, UPSTASH_REDIS_REST_TOKEN: token } = data;
  if (address === undefined || token === undefined) return null;
  const host = new URL(address).hostname;
  return { host, port: 6_379, username: 'default', password: token, db: 0, tls: redisTls(host) };
}
