import { BlockList, isIP } from 'node:net';

const addresses = new BlockList();
addresses.addSubnet('127.0.0.0', 8, 'ipv4');
addresses.addAddress('::1', 'ipv6');

/**
 * True for a host whose traffic never leaves this machine: 127.0.0.0/8, ::1 in any spelling, `localhost`. Only the text
 * decides: a name that resolves to such an address today may resolve to another tomorrow.
 */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return /^localhost\.?$/i.test(host);
  return addresses.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
