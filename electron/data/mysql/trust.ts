import { authPlugins, type PoolOptions } from 'mysql2';
import { openSocket } from '../open-socket.js';
import { isLoopback } from './loopback.js';
import type { DatabaseConfig } from './database.js';

/** Error code for a password that was not given to a server that asked for it. */
export const passwordKeptBack = 'PASSWORD_KEPT_BACK';

/**
 * Driver options that make sure of two things: the connection is made with the right server or not at all, and no other
 * server gets the password.
 */
export function trustOptions(config: DatabaseConfig): Pick<PoolOptions, 'ssl' | 'stream' | 'authPlugins'> {
  const { tls } = config;
  const checked = tls !== undefined && tls.rejectUnauthorized !== false;
  const plugins = pluginsFor(config);
  return {
    // The driver checks the name on a certificate only if it is told to.
    ...(tls === undefined
      ? {}
      : { ssl: { minVersion: 'TLSv1.2', ...tls, verifyIdentity: checked } as NonNullable<PoolOptions['ssl']> }),
    stream: () => openSocket(config),
    ...(plugins === undefined ? {} : { authPlugins: plugins }),
  };
}

/**
 * On a connection without TLS, anybody may be answering. A scramble does not reveal the password. But a server that
 * does not remember the scramble may ask for the password itself, encrypted with a key that this server sends: a false
 * server then knows the password. So a server gets it only if its key is the pinned one, if the settings allow it
 * explicitly, or if it is on this machine, or on the machine at the end of a tunnel, whose key was checked. TLS without
 * a certificate check is just as weak, but it was chosen explicitly, and MySQL uses no key there.
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

/** Sends the scramble, and accepts that the server remembers it. Refuses everything else that the server asks for. */
const scrambleOnly: Plugin = (metadata) => {
  const answer = authPlugins.caching_sha2_password({})(metadata);
  const refuse = keptBack(metadata);
  let asked = 0;
  return (data) => {
    asked += 1;
    return asked === 1 || (asked === 2 && remembered.equals(data)) ? answer(data) : refuse(data);
  };
};
