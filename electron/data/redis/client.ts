import { Cluster, type Command, Redis, type RedisOptions } from 'ioredis';
import { isIP } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { Refusal } from '../../contract/errors.js';
import { isReply } from './errors.js';

/** Where a server listens. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export interface RedisConfig extends RedisNode {
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  /** A certificate is checked against the host at which it is met: of sentinels, masters and nodes, each by its own. */
  readonly tls?: TlsOptions;
  readonly prefix?: string;
  /** Ask these sentinels who the master is; host and port then do not count. The password is the master's. */
  readonly sentinels?: { readonly name: string; readonly nodes: readonly RedisNode[]; readonly password?: string };
  /** Some nodes of a Redis Cluster; host, port and db then do not count. */
  readonly cluster?: readonly RedisNode[];
}

/**
 * Milliseconds without a byte, while an answer is due, after which a connection is broken off and another one made: it has fallen silent (a tunnel, a
 * proxy, a laptop that slept), and a command that is given up leaves it standing. Longer than commands are waited for, so that a server that only
 * stalls for a moment keeps its connections.
 */
const socketTimeout = 5_000;

/** Options that every Redis connection of the house uses: no queue while it is down, short limits, endless retry in the background. */
export function redisOptions(config: RedisConfig): RedisOptions {
  return {
    host: config.host,
    port: config.port,
    ...(config.username === undefined ? {} : { username: config.username }),
    ...(config.password === undefined ? {} : { password: config.password }),
    ...(config.tls === undefined
      ? {}
      : { tls: config.sentinels === undefined ? config.tls : eachByItsOwn(config.tls) }),
    ...(config.sentinels === undefined ? {} : sentinelOptions(config.sentinels, config.tls)),
    db: config.db ?? 0,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 3_000,
    commandTimeout: 3_000,
    sentinelCommandTimeout: 3_000,
    socketTimeout,
    retryStrategy: (times) => Math.min(200 * times, 3_000),
  };
}

function sentinelOptions(
  { name, nodes, password }: NonNullable<RedisConfig['sentinels']>,
  tls: TlsOptions | undefined,
): RedisOptions {
  return {
    name,
    sentinels: nodes.map(({ host, port }) => ({ host, port })),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: eachByItsOwn(tls) }),
  };
}

/** The TLS of a server that is met at this host. A name is told to it; an address may not be, and is checked all the same. */
export function redisTls(host: string): TlsOptions {
  return isIP(host) === 0 ? { servername: host } : {};
}

/** Of many servers, none is to be taken for another: the one name that was given would be looked for on every certificate, instead of its own. */
function eachByItsOwn(tls: TlsOptions): TlsOptions {
  const { servername: _, ...each } = tls;
  return each;
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
  // Of an address by IPv6, the brackets are the URL's and not the host's.
  const host = url.hostname === '' ? '127.0.0.1' : url.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: url.port === '' ? 6379 : Number(url.port),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    db: Number(url.pathname.slice(1) || '0'),
    ...(url.protocol === 'rediss:' ? { tls: redisTls(host) } : {}),
  };
}

/** What a connection says before it is ready: nothing of it touches a key. */
const greetings = new Set(['hello', 'auth', 'select', 'client', 'readonly', 'info']);

/**
 * A client that works in its own database or not at all. The driver takes a refused SELECT for a remark and goes on in database 0, where
 * another site's keys may lie; this one breaks the connection off before it is ready, tries again in the background, and answers every
 * command with the reason meanwhile. It remembers as well why the server lets nobody in: a password, or data that are being loaded.
 */
export class SiteRedis extends Redis {
  /** Of the database. */
  #refusal: Refusal | null = null;
  /** Of whoever comes. */
  #shut: Refusal | null = null;
  #loading: Refusal | null = null;

  constructor(config: RedisConfig) {
    super({ ...redisOptions(config), replyMapping: 'legacy' });
  }

  /** Why Redis does not let this client in, with its own error as the cause; null while it does, or while nothing is known. */
  get refusal(): Refusal | null {
    return this.#refusal ?? this.#shut;
  }

  /** The same, or that the server is still loading its data, which is over by itself. */
  get hindrance(): Refusal | null {
    return this.refusal ?? this.#loading;
  }

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    const { refusal } = this;
    if (refusal !== null && !greetings.has(command.name)) {
      command.reject(refusal);
      return command.promise;
    }
    if (command.name === 'select') this.#follow(command);
    else if (this.status === 'connect' && greetings.has(command.name)) this.#listen(command);
    return super.sendCommand(command, stream);
  }

  /** The driver breaks off by itself where it is not let in; only its reason would be lost. */
  #listen(command: Command): void {
    command.promise.then(
      (reply: unknown) => {
        this.#shut = null;
        if (command.name === 'info') this.#loading = /^loading:1/m.test(String(reply)) ? notLetIn(stillLoading) : null;
      },
      (error: unknown) => {
        if (isReply(error) && letsNobodyIn.test(error.message)) this.#shut = notLetIn(error);
      },
    );
  }

  /** Heard before the driver hears it, so that the connection is closed for writing by the time it would call itself ready. */
  #follow(command: Command): void {
    command.promise.then(
      () => {
        this.#refusal = null;
      },
      (error: unknown) => {
        // A connection that broke says nothing about the database.
        if (!isReply(error) || letsNobodyIn.test(error.message)) return;
        this.#refusal = refusedDatabase(String(command.args[0]), error.message);
        this.disconnect(true);
      },
    );
  }
}

const stillLoading = new Error('LOADING Redis is loading the dataset in memory');
const letsNobodyIn = /^(NOAUTH|WRONGPASS|DENIED)\b|invalid (username|password)|max number of clients/i;

function notLetIn(error: Error): Refusal {
  return new Refusal(
    'unavailable',
    { zh: `Redis 拒绝接入：${error.message}`, en: `Redis does not let us in: ${error.message}` },
    { details: { part: 'redis', fault: 'not_let_in' }, cause: error },
  );
}

function refusedDatabase(index: string, words: string): Refusal {
  return new Refusal(
    'unavailable',
    { zh: `Redis 不提供第 ${index} 号数据库：${words}`, en: `Redis does not give database ${index}: ${words}` },
    {
      hint: {
        zh: '在连接里改库编号：默认只有 0–15 号，集群只有 0 号。',
        en: 'Change the database’s number in the connection: by default there are 0 to 15; in a cluster, only 0.',
      },
      details: { part: 'redis', fault: 'unknown_database' },
    },
  );
}

/**
 * Connects in the background; `client.status === 'ready'` tells whether commands will be taken. Errors never crash the process.
 * Where Redis refuses the chosen database, commands fail with `unavailable` and none is sent.
 */
export function openRedis(config: RedisConfig): SiteRedis {
  // A cluster takes the same commands, and refuses no database: it has only one.
  if (config.cluster !== undefined) return openCluster(config, config.cluster) as unknown as SiteRedis;
  const client = new SiteRedis(config);
  client.on('error', () => undefined);
  void client.connect().catch(() => undefined);
  return client;
}

/** A client of a whole cluster, with the same haste and patience as one of a single server. */
function openCluster(config: RedisConfig, nodes: readonly RedisNode[]): Cluster {
  const { username, password, tls, connectTimeout, commandTimeout, maxRetriesPerRequest } = redisOptions(config);
  const client = new Cluster(
    nodes.map(({ host, port }) => ({ host, port })),
    {
      lazyConnect: true,
      enableOfflineQueue: false,
      // A slot that moves is followed; a node that is down is not waited for.
      maxRedirections: 4,
      retryDelayOnFailover: 100,
      retryDelayOnClusterDown: 100,
      clusterRetryStrategy: (times) => Math.min(200 * times, 3_000),
      // The driver would look names up itself and go on by addresses, which are on no certificate.
      ...(tls === undefined ? {} : { dnsLookup: (name, answer) => answer(null, name) }),
      redisOptions: {
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        ...(tls === undefined ? {} : { tls: eachByItsOwn(tls) }),
        connectTimeout,
        commandTimeout,
        socketTimeout,
        maxRetriesPerRequest,
        replyMapping: 'legacy',
      },
    },
  );
  client.on('error', () => undefined);
  void client.connect().catch(() => undefined);
  return client;
}
