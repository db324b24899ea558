import { authPlugins, type PoolOptions } from 'mysql2';
import { connect, isIP, type Socket } from 'node:net';
import { isLoopback } from './loopback.js';
import type { DatabaseConfig } from './database.js';

/** The code of an error that stands for a password which was kept back from a server that asked for it. */
export const passwordKeptBack = 'PASSWORD_KEPT_BACK';

/**
 * What the driver must be told so that a connection is made with the right server or not at all, and the password is
 * given to no other.
 */
export function trustOptions(config: DatabaseConfig): Pick<PoolOptions, 'ssl' | 'stream' | 'authPlugins'> {
  const { tls } = config;
  const checked = tls !== undefined && tls.rejectUnauthorized !== false;
  const plugins = pluginsFor(config);
  return {
    // The driver checks the name on a certificate only when it is told to.
    ...(tls === undefined
      ? {}
      : { ssl: { minVersion: 'TLSv1.2', ...tls, verifyIdentity: checked } as NonNullable<PoolOptions['ssl']> }),
    stream: () => openSocket(config),
    ...(plugins === undefined ? {} : { authPlugins: plugins }),
  };
}

/**
 * The socket of every connection. A server reached by its address has the address on its certificate. Over a socket
 * that is open already, which MySQL's greeting needs, TLS takes the name to check from the socket, where Node notes it
 * for names alone; without it, it would look for
 * `localhost`.
 */
export function openSocket({ host, port }: Pick<DatabaseConfig, 'host' | 'port'>): Socket {
  const socket = connect(port, host);
  if (isIP(host) !== 0) Object.assign(socket, { _host: host });
  socket.setNoDelay(true);
  return socket.on('connect', () => socket.setKeepAlive(true, 30_000));
}

/**
 * Who answers at a plain connection is anybody's guess. A scramble tells nobody the password, but a server that does
 * not remember it may ask for the password itself, encrypted by a key that comes from that very server: a false one
 * then has it. Such a server gets it only if its key is the one that was pinned, if it was allowed by name, or on this
 * machine. Over TLS that nobody checks it comes to the same: that was chosen by name, and MySQL takes no key there.
 */
function pluginsFor({ tls, host, serverPublicKey, allowPlainPassword }: DatabaseConfig): PoolOptions['authPlugins'] {
  if (tls !== undefined) return undefined;
  if (serverPublicKey !== undefined)
    return {
      caching_sha2_password: authPlugins.caching_sha2_password({ serverPublicKey }),
      sha256_password: authPlugins.sha256_password({ serverPublicKey }),
    };
  if (allowPlainPassword === true || isLoopback(host)) return undefined;
  return { caching_sha2_password: scrambleOnly, sha256_password: keptBack };
}

type Plugin = ReturnType<typeof authPlugins.caching_sha2_password>;

const keptBack: Plugin = () => () => {
  throw Object.assign(new Error('The server asked for the password itself over a connection that nobody has checked'), {
    code: passwordKeptBack,
  });
};

const remembered = Buffer.from([3]);

/** The scramble is answered, and that the server remembers it is heard; whatever else it asks for, it does not get. */
const scrambleOnly: Plugin = (metadata) => {
  const answer = authPlugins.caching_sha2_password({})(metadata);
  const refuse = keptBack(metadata);
  let asked = 0;
  return (data) => {
    asked += 1;
    return asked === 1 || (asked === 2 && remembered.equals(data)) ? answer(data) : refuse(data);
  };
};
