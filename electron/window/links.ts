/** Hosts whose pages may be opened in the system's browser: what help texts point to. */
const hosts = new Set(['github.com', 'dev.mysql.com', 'mariadb.com', 'redis.io', 'www.electronjs.org']);

/** True for an address that may leave the console: https, a host of the list, no name or password, the usual port. */
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
