import { Cluster, type Command, Redis, type RedisOptions } from 'ioredis';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { Refusal } from '../../contract/errors.js';
import type { Tunnel } from '../open-socket.js';
import { isReply } from './errors.js';
import { quietSentinels } from './quiet-sentinels.js';
import { redisTls } from './redis-tls.js';
import { connectorThrough } from './tunnel-connector.js';

/** Where a server listens. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export interface RedisConfig extends RedisNode {
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  /** The tunnel by which it is reached, with all nodes of a cluster; without one, directly. Not with sentinels. */
  readonly through?: Tunnel;
  /** A certificate is checked against the host that is connected to: sentinels, masters and nodes each by their own. */
  readonly tls?: TlsOptions;
  readonly prefix?: string;
  /** Sentinels to ask for the master; host and port are ignored then. The password is the master's. */
  readonly sentinels?: { readonly name: string; readonly nodes: readonly RedisNode[]; readonly password?: string };
  /** Some nodes of a Redis Cluster; host, port and db are ignored then. */
  readonly cluster?: readonly RedisNode[];
  /**
   * How the cache's commands are sent: `own` (the default) encodes large ones here and puts no timer on each; `driver`
   * leaves all of it to ioredis. docs/decisions/resp-encoder.md says when.
   */
  readonly encoder?: Encoder;
}

export const encoders = ['own', 'driver'] as const;
export type Encoder = (typeof encoders)[number];

const byDriver = new WeakSet<object>();

/** True if this client was opened with `encoder: 'driver'`. */
export const isDriverEncoded = (client: object): boolean => byDriver.has(client);

/**
 * Milliseconds without a byte, while an answer is due, after which a connection is closed and reopened: it is dead (a
 * tunnel, a proxy, a laptop that slept). Giving up a command does not close the connection. Longer than the time limit
 * of commands, so that a short stall of the server does not close its connections.
 */
const socketTimeout = 5_000;

/**
 * Options of every Redis connection here: no queue while it is down, short time limits, endless reconnects in the
 * background.
 */
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
    ...(config.through === undefined ? {} : { Connector: connectorThrough(config.through) }),
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
    // Leaves a master at once when the sentinels name another: an old one may live on without later writes.
    failoverDetector: true,
    // The driver's own pause is a minute, in which a failover would not be heard of.
    sentinelReconnectStrategy: (times) => Math.min(200 * times, 3_000),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: eachByItsOwn(tls) }),
  };
}

/** With many servers, each is checked against its own name: a fixed name would be expected on every certificate. */
function eachByItsOwn(tls: TlsOptions): TlsOptions {
  const { servername: _, ...each } = tls;
  return each;
}

/** Scheme, everything before the last `@`, host in brackets or not, port, the rest. */
const redisAddress =
  /^(rediss?):\/\/(?:(.*)@)?(?:\[([0-9a-f:.%]+)\]|([^\s:/?#[\]@]*))(?::(\d{1,5}))?(?:\/([^?#]*))?(?:\?([^#]*))?$/is;

/**
 * `redis://user:password@host:port/db` or `…?db=3`; `rediss://…` for TLS. User and password may be percent-encoded or
 * as they are, with `/`, `#`, `?`, `%` and `@`, because panels hand them out like that. Other parameters of the query
 * have no meaning here. Throws invalid_input with the name of the variable.
 */
export function parseRedisUrl(text: string, variable = 'REDIS_URL'): RedisConfig {
  const match = redisAddress.exec(text.trim());
  if (match === null) throw badAddress(variable);
  const [, scheme = '', account = '', six, name = '', portText, path = '', query = ''] = match;
  const host = six ?? (name === '' ? '127.0.0.1' : name);
  const port = Number(portText ?? 6379);
  const colon = account.indexOf(':');
  const [user, password] = colon < 0 ? [account, ''] : [account.slice(0, colon), account.slice(colon + 1)];
  const databases = [path.replace(/\/$/, ''), new URLSearchParams(query).get('db') ?? ''].filter((one) => one !== '');
  const [db = '0', other = db] = databases;
  if (port < 1 || port > 65_535 || !/^\d{1,6}$/.test(db) || other !== db) throw badAddress(variable);
  return {
    host,
    port,
    ...(user === '' ? {} : { username: decoded(user) }),
    ...(password === '' ? {} : { password: decoded(password) }),
    db: Number(db),
    ...(scheme.toLowerCase() === 'rediss' ? { tls: redisTls(host) } : {}),
  };
}

/** Percent-encoded text decoded; text with a `%` that begins no code as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address may contain a password, so the message does not repeat it. */
function badAddress(variable: string): Refusal {
  return new Refusal(
    'invalid_input',
    { zh: `${variable} 不是有效的地址`, en: `${variable} is not a valid address` },
    {
      hint: {
        zh: '写作 redis://用户:密码@主机:端口/库号（TLS 用 rediss://）。',
        en: 'Write redis://user:password@host:port/database, or rediss:// for TLS.',
      },
      details: { field: variable },
    },
  );
}

/** Commands a connection sends before it is ready: none of them touches a key. */
const greetings = new Set(['hello', 'auth', 'select', 'client', 'readonly', 'info']);

/**
 * A client that works only in its own database. If SELECT is refused, the driver would continue in database 0, where
 * another site's keys may be. This client closes the connection before it is ready, retries in the background, and
 * until then answers every command with the reason. It also remembers why the server refuses connections: a password,
 * or data being loaded.
 */
export class SiteRedis extends Redis {
  /** Why the database was refused. */
  #refusal: Refusal | null = null;
  /** Why the connection was refused. */
  #shut: Refusal | null = null;
  #loading: Refusal | null = null;

  /** Whether it was closed on purpose. */
  #left = false;

  constructor(config: RedisConfig) {
    super({ ...redisOptions(config), replyMapping: 'legacy' });
    quietSentinels(this);
    this.on('end', () => {
      // After QUIT, the driver stays connected to the sentinels, and the process would never end.
      if (this.#left) super.disconnect();
      // The driver gives up for good if it is told of another master while it still looks for one.
      else setTimeout(() => this.#goOn(), 200).unref();
    });
  }

  override disconnect(reconnect = false): void {
    this.#left ||= !reconnect;
    super.disconnect(reconnect);
  }

  #goOn(): void {
    if (this.#left || this.status !== 'end') return;
    void this.connect().catch(() => undefined);
  }

  /**
   * Why Redis refuses this client, with its own error as the cause; null while it does not, or while nothing is known.
   */
  get refusal(): Refusal | null {
    return this.#refusal ?? this.#shut;
  }

  /** The same, or that the server is still loading its data, which passes on its own. */
  get hindrance(): Refusal | null {
    return this.refusal ?? this.#loading;
  }

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    const { refusal } = this;
    this.#left ||= command.name === 'quit';
    if (refusal !== null && !greetings.has(command.name)) {
      command.reject(refusal);
      return command.promise;
    }
    if (command.name === 'select') this.#follow(command);
    else if (this.status === 'connect' && greetings.has(command.name)) this.#listen(command);
    return super.sendCommand(command, stream);
  }

  /** The driver closes a refused connection itself; this only keeps the reason. */
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

  /**
   * Runs before the driver's own handler, so that the connection is closed for writing before it would become ready.
   */
  #follow(command: Command): void {
    command.promise.then(
      () => {
        this.#refusal = null;
      },
      (error: unknown) => {
        // A broken connection says nothing about the database.
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
 * Connects in the background; `client.status === 'ready'` tells whether commands are accepted. Errors never crash the
 * process. If Redis refuses the chosen database, commands fail with `unavailable` and none is sent.
 */
export function openRedis(config: RedisConfig): SiteRedis {
  const client = connectRedis(config);
  if (config.encoder === 'driver') byDriver.add(client);
  return client;
}

function connectRedis(config: RedisConfig): SiteRedis {
  // A cluster accepts the same commands, and refuses no database: it has only one.
  if (config.cluster !== undefined) return openCluster(config, config.cluster) as unknown as SiteRedis;
  const client = new SiteRedis(config);
  client.on('error', () => undefined);
  void client.connect().catch(() => undefined);
  return client;
}

/** A client of a whole cluster, with the same time limits as one of a single server. */
function openCluster(config: RedisConfig, nodes: readonly RedisNode[]): Cluster {
  const { username, password, tls, connectTimeout, commandTimeout, maxRetriesPerRequest } = redisOptions(config);
  const { through } = config;
  const client = new Cluster(
    nodes.map(({ host, port }) => ({ host, port })),
    {
      lazyConnect: true,
      enableOfflineQueue: false,
      // A moved slot is followed; a node that is down is not waited for.
      maxRedirections: 4,
      retryDelayOnFailover: 100,
      retryDelayOnClusterDown: 100,
      clusterRetryStrategy: (times) => Math.min(200 * times, 3_000),
      // The driver would resolve names itself and continue with addresses, which are on no certificate, and may be
      // others at the end of a tunnel.
      ...(tls === undefined && through === undefined ? {} : { dnsLookup: (name, answer) => answer(null, name) }),
      redisOptions: {
        ...(through === undefined ? {} : { Connector: connectorThrough(through) }),
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
