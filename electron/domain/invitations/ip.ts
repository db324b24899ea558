import { isIP } from 'node:net';
import type { Sql } from '../../data/mysql/database.js';

/**
 * The canonical spelling of an address: the first of a forwarded list, without port, zone or brackets; an IPv4-mapped
 * IPv6 address (`::ffff:1.2.3.4`) as IPv4; IPv6 short and in lower case. Nothing at all becomes `unknown`, which all
 * unknown addresses share; anything that is not an address stays as typed, in lower case, at most 45 characters.
 */
export function canonicalIp(typed: string | undefined): string {
  const bare = (typed ?? '').split(',')[0]?.trim().toLowerCase() ?? '';
  if (bare === '') return 'unknown';
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(bare)?.[1] ?? /^([\d.]+):\d+$/.exec(bare)?.[1] ?? bare;
  const unzoned = address.replace(/%.*$/, '');
  if (isIP(unzoned) === 6) return shortIpv6(unzoned);
  return isIP(unzoned) === 4 ? unzoned : bare.slice(0, 45);
}

function shortIpv6(address: string): string {
  const short = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [high, low] = [Number.parseInt(mapped[1] ?? '0', 16), Number.parseInt(mapped[2] ?? '0', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/**
 * Spellings that an earlier implementation, or the site's own code, may have stored for the address; the canonical one
 * first.
 */
export function spellings(typed: string): string[] {
  const ip = canonicalIp(typed);
  return [...new Set([ip, typed.trim(), ...(isIP(ip) === 4 ? [`::ffff:${ip}`] : [])])].filter(
    (text) => text.length <= 45,
  );
}

/**
 * Whether an address was rewarded, in any spelling: one text for any number of spellings, so that the statement can be
 * prepared.
 */
export const rewardedIpSql = 'EXISTS (SELECT 1 FROM ip_reward_records WHERE ip_address IN (?, ?, ?))';

/** The parameters of `rewardedIpSql`. */
export function rewardedIpParameters(typed: string): string[] {
  const [ip = '', second = ip, third = ip] = spellings(typed);
  return [ip, second, third];
}

/** A row of ip_reward_records. */
export interface IpRow {
  readonly id: string;
  readonly ip_address: string;
  readonly inviter: string;
  readonly invitee: string;
  readonly reward_time: string | null;
}

/** The reward that was paid to this address in any spelling, or undefined. */
export async function rewardOfIp(sql: Sql, typed: string): Promise<IpRow | undefined> {
  const [row] = await sql.rows<IpRow>(
    'SELECT id, ip_address, inviter, invitee, reward_time FROM ip_reward_records WHERE ip_address IN (?) ORDER BY reward_time LIMIT 1',
    [spellings(typed)],
  );
  return row;
}
