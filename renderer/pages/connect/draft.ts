import type { Connection, ConnectionDraft, Environment } from '../../contract';
import type { Address } from './address';

export type Tls = ConnectionDraft['mysql']['tls'];
type StoredSsh = NonNullable<ConnectionDraft['ssh']>;
export type SshLogin = StoredSsh['login'];
export type Ssh = Omit<StoredSsh, 'hostKey'> & { readonly enabled: boolean; readonly hostKey: string };
export type PlainPassword = Pick<ConnectionDraft['mysql'], 'serverPublicKey' | 'allowPlainPassword'>;

/** The state of the form. Every field has a value, so that no input turns from uncontrolled to controlled. */
export interface Draft {
  readonly name: string;
  readonly environment: Environment;
  readonly colour: string;
  readonly ssh: Ssh;
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
  readonly sshPassword: string;
}

/** The default colour of a connection. */
export const environmentColours: Readonly<Record<Environment, string>> = {
  production: '#d0393b',
  staging: '#d99a1c',
  development: '#2f9e5f',
};

const plain: Tls = { enabled: false, verify: true };
const direct: Ssh = {
  enabled: false,
  host: '',
  port: 22,
  user: '',
  hostKey: '',
  login: 'key',
  keyFile: '~/.ssh/id_ed25519',
};

export function draftOf(connection: Connection | null): Draft {
  if (connection === null) {
    return {
      name: '',
      environment: 'production',
      colour: environmentColours.production,
      ssh: direct,
      mysql: { host: '127.0.0.1', port: 3306, user: '', database: '', tls: plain, poolSize: 20 },
      redis: { host: '127.0.0.1', port: 6379, username: '', db: 0, tls: plain, prefix: 'moontv:' },
      mysqlPassword: '',
      redisPassword: '',
      sshPassword: '',
    };
  }
  const { name, environment, colour, ssh, mysql, redis } = connection;
  return {
    name,
    environment,
    colour,
    ssh: ssh === undefined ? direct : { ...direct, ...ssh, enabled: true },
    mysql,
    redis: { ...redis, username: redis.username ?? '' },
    mysqlPassword: '',
    redisPassword: '',
    sshPassword: '',
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
  ssh: { enabled, hostKey, ...ssh },
  redis: { username, ...redis },
  mysqlPassword,
  redisPassword,
  sshPassword,
  ...rest
}: Draft): ConnectionDraft {
  return {
    ...rest,
    ...(enabled ? { ssh: { ...ssh, ...(hostKey === '' ? {} : { hostKey }) } } : {}),
    redis: { ...redis, ...(username === '' ? {} : { username }) },
    ...(mysqlPassword === '' ? {} : { mysqlPassword }),
    ...(redisPassword === '' ? {} : { redisPassword }),
    ...(sshPassword === '' || !enabled ? {} : { sshPassword }),
  };
}

export function isComplete({ name, ssh, mysql, redis }: Draft): boolean {
  const way = ssh.enabled ? [ssh.host, ssh.user, ...(ssh.login === 'key' ? [ssh.keyFile] : [])] : [];
  return [name, ...way, mysql.host, mysql.user, mysql.database, redis.host].every((field) => field.trim() !== '');
}
