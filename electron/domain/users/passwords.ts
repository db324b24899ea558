import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

const keyLength = 64;
const decoy = { salt: randomBytes(16).toString('hex'), key: Buffer.alloc(keyLength) };

/** The site's newer forks store a password like this: scrypt with Node's defaults, `salt:hash` in hex. */
function derive(password: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyLength, { N: 16_384, r: 8, p: 1 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/** The hash that every version of the site understands. */
export function hashPassword(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}

/** A hash with its own salt, as the site's newer forks write and check it. */
export async function hashByScrypt(password: string): Promise<string> {
  const salt = randomBytes(16).toString('hex');
  return `${salt}:${(await derive(password, salt)).toString('hex')}`;
}

/** Hashes a new password in the same way as the current one: scrypt if the site already uses it, else SHA-256. */
export async function hashLike(stored: string | null, password: string): Promise<string> {
  return scryptParts(stored) === null ? hashPassword(password) : hashByScrypt(password);
}

/**
 * True if the password is the stored one. It takes the same time for every kind of hash, and also if there is no such
 * user, so that the time does not reveal who exists. An unknown kind of hash never matches.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const [salt, hash] = scryptParts(stored) ?? [decoy.salt, null];
  const key = await derive(password, salt);
  const byScrypt = timingSafeEqual(key, hash ?? decoy.key) && hash !== null;
  const plain = stored !== null && /^[0-9a-f]{64}$/i.test(stored) ? Buffer.from(stored, 'hex') : null;
  const bySha =
    timingSafeEqual(createHash('sha256').update(password).digest(), plain ?? Buffer.alloc(32)) && plain !== null;
  return byScrypt || bySha;
}

function scryptParts(stored: string | null): [string, Buffer] | null {
  const match = /^([^:]{1,128}):([0-9a-f]{128})$/i.exec(stored ?? '');
  return match?.[1] === undefined || match[2] === undefined ? null : [match[1], Buffer.from(match[2], 'hex')];
}
