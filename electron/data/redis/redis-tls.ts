import { isIP } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';

/**
 * The TLS options for a server at this host. A name is sent as SNI; an address may not be, but is checked all the same.
 */
export function redisTls(host: string): TlsOptions {
  return isIP(host) === 0 ? { servername: host } : {};
}
