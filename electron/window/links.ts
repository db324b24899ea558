/** Hosts that may be opened in the system's browser: those that help texts link to. */
const hosts = new Set(['github.com', 'dev.mysql.com', 'mariadb.com', 'redis.io', 'www.electronjs.org']);

/**
 * True for an address that may be opened outside the console: https, a listed host, no name or password, the default
 * port.
 */
export function mayLeave(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return (
    url.protocol === 'https:' &&
    hosts.has(url.hostname) &&
    url.port === '' &&
    url.username === '' &&
    url.password === ''
  );
}
