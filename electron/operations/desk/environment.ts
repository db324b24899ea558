import * as z from 'zod';
import { type Connection, type ConnectionDraft, hostKey, sshLogins, usualKeyFile } from '../../contract/connections.js';
import { Refusal } from '../../contract/errors.js';
import { environments } from '../../contract/session.js';
import { type Encoder, encoders, parseRedisUrl, type RedisConfig } from '../../data/redis/client.js';
import { givenVariables, mysqlTrust, redisTrust, trustVariables, unusable } from '../../data/trust-environment.js';
import { colourOf } from './colours.js';
import type { ConsoleSettings } from './site-config.js';

export interface Secrets {
  readonly mysqlPassword?: string;
  readonly redisPassword?: string;
  /** Of the account on the SSH server, or of the key file. */
  readonly sshPassword?: string;
}

export interface EnvironmentConnection {
  readonly connection: Connection;
  readonly secrets: Secrets;
}

/** The demo's name; handlers return it in the caller's language. */
export const demoName = { zh: '演示站点', en: 'Demo site' } as const;

/** The environment variables. The first six are from the seed. */
const variables = z.object({
  MYSQL_HOST: z.string().trim().min(1).max(255),
  MYSQL_PORT: z.coerce.number().int().min(1).max(65_535).default(3306),
  MYSQL_USER: z.string().min(1).max(80).default('root'),
  MYSQL_PASSWORD: z.string().max(500).default(''),
  MYSQL_DATABASE: z.string().min(1).max(64).default('moontv'),
  REDIS_URL: z.string().default('redis://127.0.0.1:6379'),
  MOONDESK_ENVIRONMENT: z.enum(environments).default('production'),
  MOONDESK_REDIS_PREFIX: z.string().max(50).default('moontv:'),
  /** The SSH server through which both are reached; without it, directly. */
  MOONDESK_SSH_HOST: z.string().trim().min(1).max(255).optional(),
  MOONDESK_SSH_PORT: z.coerce.number().int().min(1).max(65_535).default(22),
  MOONDESK_SSH_USER: z.string().min(1).max(80).default('root'),
  MOONDESK_SSH_HOST_KEY: hostKey.optional(),
  MOONDESK_SSH_LOGIN: z.enum(sshLogins).default('key'),
  MOONDESK_SSH_KEY_FILE: z.string().min(1).max(1_000).default(usualKeyFile),
  MOONDESK_SSH_PASSWORD: z.string().max(500).optional(),
  ...trustVariables,
});

/**
 * The connection from the environment variables; null if MYSQL_HOST is not set. Throws invalid_input with the name of
 * the variable.
 */
export function environmentConnection(environment: NodeJS.ProcessEnv): EnvironmentConnection | null {
  if ((environment['MYSQL_HOST'] ?? '') === '') return null;
  const parsed = variables.safeParse(givenVariables(environment));
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => issue.path.map(String).join('.')))].join(', ');
    throw unusable(names);
  }
  const { data } = parsed;
  const redis = parseRedisUrl(data.REDIS_URL);
  const demo = environment['MOONDESK_DEMO'] === '1';
  const kind = demo ? 'development' : data.MOONDESK_ENVIRONMENT;
  return {
    connection: {
      id: demo ? 'demo' : 'environment',
      name: demo ? demoName.zh : `${data.MYSQL_DATABASE}@${data.MYSQL_HOST}`,
      environment: kind,
      colour: colourOf(kind),
      origin: demo ? 'demo' : 'environment',
      secrets: 'environment',
      ...(data.MOONDESK_SSH_HOST === undefined ? {} : { ssh: sshPart(data, data.MOONDESK_SSH_HOST) }),
      mysql: {
        host: data.MYSQL_HOST,
        port: data.MYSQL_PORT,
        user: data.MYSQL_USER,
        database: data.MYSQL_DATABASE,
        poolSize: 20,
        ...mysqlTrust(data),
      },
      redis: redisPart(redis, data.MOONDESK_REDIS_PREFIX, redisTrust(data, redis.tls !== undefined)),
    },
    secrets: {
      ...(data.MYSQL_PASSWORD === '' ? {} : { mysqlPassword: data.MYSQL_PASSWORD }),
      ...(redis.password === undefined ? {} : { redisPassword: redis.password }),
      ...(data.MOONDESK_SSH_PASSWORD === undefined ? {} : { sshPassword: data.MOONDESK_SSH_PASSWORD }),
    },
  };
}

/**
 * How the cache's commands are sent, for all connections of this console (MOONDESK_REDIS_ENCODER); undefined if it is
 * not set. Throws invalid_input.
 */
export function environmentEncoder({ MOONDESK_REDIS_ENCODER: given = '' }: NodeJS.ProcessEnv): Encoder | undefined {
  if (given === '') return undefined;
  const encoder = encoders.find((one) => one === given);
  if (encoder === undefined) throw unusable('MOONDESK_REDIS_ENCODER');
  return encoder;
}

/** What is the same for all connections of this console. Throws invalid_input. */
export function consoleSettings(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): ConsoleSettings {
  const encoder = environmentEncoder(environment);
  const { SSH_AUTH_SOCK: agent = platform === 'win32' ? windowsAgent : '' } = environment;
  return { ...(encoder === undefined ? {} : { encoder }), ...(agent === '' ? {} : { agent }) };
}

/** Where OpenSSH's agent listens on Windows. */
const windowsAgent = String.raw`\\.\pipe\openssh-ssh-agent`;

function sshPart(data: z.output<typeof variables>, host: string): NonNullable<ConnectionDraft['ssh']> {
  const { MOONDESK_SSH_HOST_KEY: key } = data;
  return {
    host,
    port: data.MOONDESK_SSH_PORT,
    user: data.MOONDESK_SSH_USER,
    login: data.MOONDESK_SSH_LOGIN,
    keyFile: data.MOONDESK_SSH_KEY_FILE,
    ...(key === undefined ? {} : { hostKey: key }),
  };
}

function redisPart(redis: RedisConfig, prefix: string, tls: ConnectionDraft['redis']['tls']): ConnectionDraft['redis'] {
  return {
    host: redis.host,
    port: redis.port,
    db: redis.db ?? 0,
    prefix,
    tls,
    ...(redis.username === undefined ? {} : { username: redis.username }),
  };
}

/** The refusal to change a connection that is not saved here. */
export function fixedConnection(): Refusal {
  return new Refusal(
    'unsupported',
    {
      zh: '这个连接来自环境变量，不能在此更改',
      en: 'This connection comes from the environment and cannot be changed here',
    },
    { hint: { zh: '修改环境变量后重新启动。', en: 'Change the variables and start again.' } },
  );
}
