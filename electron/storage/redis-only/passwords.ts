import { createHash, timingSafeEqual } from 'node:crypto';
import { verifyPassword } from '../hybrid/passwords.js';

const isScrypt = /^[0-9a-f]{32}:[0-9a-f]{128}$/i;

/**
 * True when the password is the one in `u:{u}:pwd`: plain on old sites, scrypt (`salt:hash`) on newer siblings. An empty value never matches.
 */
export async function matchesV1(stored: string, password: string): Promise<boolean> {
  if (stored === '') return false;
  if (isScrypt.test(stored)) return verifyPassword(stored, password);
  // Digests, so that the time does not tell how much agreed.
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(stored), digest(password));
}
