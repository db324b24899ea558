import type { Connection, ConnectionDraft, Environment } from '../../contract';
import type { Address } from './address';

export type Tls = ConnectionDraft['mysql']['tls'];
export type PlainPassword = Pick<ConnectionDraft['mysql'], 'serverPublicKey' | 'allowPlainPassword'>;

/** The state of the form. Every field has a value, so that no input turns from uncontrolled to controlled. */
export interface Draft {
  readonly name: string;
  readonly environment: Environment;
  readonly colour: string;
  readonly mysql: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
    readonly tls: Tls;
    readonly poolSize: number;
  } & PlainPassword;
  readonly redis: {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly db: number;
    readonly tls: Tls;
    readonly prefix: string;
  };
  readonly mysqlPassword: string;
  readonly redisPassword: string;
}

/** The default colour of a connection. */
export const environmentColours: Readonly<Record<Environment, string>> = {
  production: '#d0393b',
  staging: '#d99a1c',
  development: '#2f9e5f',
};

const plain: Tls = { enabled: false, verify: true };

export function draftOf(connection: Connection | null): Draft {
  if (connection === null) {
    return {
      name: '',
      environment: 'production',
      colour: environmentColours.production,
      mysql: { host: '127.0.0.1', port: 3306, user: '', database: '', tls: plain, poolSize: 20 },
      redis: { host: '127.0.0.1', port: 6379, username: '', db: 0, tls: plain, prefix: 'moontv:' },
      mysqlPassword: '',
      redisPassword: '',
    };
  }
  const { name, environment, colour, mysql, redis } = connection;
  return {
    name,
    environment,
    colour,
    mysql,
    redis: { ...redis, username: redis.username ?? '' },
    mysqlPassword: '',
    redisPassword: '',
  };
}

/**
 * The form with what an address says of one of its servers. A password goes where it is not shown. An address of the
 * other kind goes to the other server's fields.
 */
export function withAddress(draft: Draft, part: 'mysql' | 'redis', address: Address): Draft {
  const { host, user, password, database, tls } = address;
  const server = { host, ...(address.port === undefined ? {} : { port: address.port }) };
  if ((address.kind ?? part) === 'mysql') {
    return {
      ...draft,
      mysql: {
        ...draft.mysql,
        ...server,
        ...(user === undefined ? {} : { user }),
        ...(database === undefined ? {} : { database }),
      },
      ...(password === undefined ? {} : { mysqlPassword: password }),
    };
  }
  const db = Number(database);
  return {
    ...draft,
    redis: {
      ...draft.redis,
      ...server,
      ...(user === undefined ? {} : { username: user }),
      ...(Number.isInteger(db) && db >= 0 && db <= 1023 ? { db } : {}),
      ...(tls === undefined ? {} : { tls: { ...draft.redis.tls, enabled: true } }),
    },
    ...(password === undefined ? {} : { redisPassword: password }),
  };
}

/**
 * Converts the form to the input of the operation. Empty optional fields are left out, so that stored secrets are kept.
 */
export function toContract({
  redis: { username, ...redis },
  mysqlPassword,
  redisPassword,
  ...rest
}: Draft): ConnectionDraft {
  return {
    ...rest,
    redis: { ...redis, ...(username === '' ? {} : { username }) },
    ...(mysqlPassword === '' ? {} : { mysqlPassword }),
    ...(redisPassword === '' ? {} : { redisPassword }),
  };
}

export function isComplete({ name, mysql, redis }: Draft): boolean {
  return [name, mysql.host, mysql.user, mysql.database, redis.host].every((field) => field.trim() !== '');
}
