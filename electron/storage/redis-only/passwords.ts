import { createHash, timingSafeEqual } from 'node:crypto';
import { hashByScrypt, hashLike, hashPassword, verifyPassword } from '../../domain/users/passwords.js';
import { legacy, legacyPatterns, looksLikeRecord } from '../../data/legacy/keys.js';
import type { LegacyStore } from '../../data/legacy/store.js';
import type { OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';

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

/** How a site keeps `u:{u}:pwd`: as it was typed, or by scrypt. */
type Form = 'plain' | 'scrypt';

/** How long an answer about the whole site is believed, in milliseconds. */
const believed = 60_000;

/**
 * Passwords as the site's own code will look for them: its sign-in reads `u:{u}:pwd` and nothing else, so an account without it is none there.
 * A password that stands there keeps its form. Where none does, it takes the site's: scrypt where the site says that it hashes them; plain where
 * others stand so, or where a site is there whose layout this is and that has no account yet. **It is never written plain where only hashes are
 * found**, nor for who signs in by OIDC: such an account is one for this storage alone until the site itself gives it a password.
 */
export class SitePasswords {
  readonly #store: LegacyStore;
  #site: { readonly form: Form | null; readonly until: number } | null = null;

  constructor(store: LegacyStore) {
    this.#store = store;
  }

  /**
   * Adds a password to a change, for the site's sign-in and in the V2 hash; `elsewhere` for who signs in by OIDC. An empty one is written nowhere
   * for the site, which refuses it.
   */
  async into(unit: OptimisticTransaction, user: string, password: string, { elsewhere = false } = {}): Promise<void> {
    const [key, info] = [legacy.password(user), legacy.info(user)];
    const form = password === '' || elsewhere ? null : await this.#form(unit, await unit.get(key));
    const hash = await unit.field(info, 'password');
    if (form === null) unit.remove(key);
    else unit.do('SET', key, form === 'plain' ? password : await hashByScrypt(password));
    // A weaker hash beside the site's scrypt would undo it.
    if (form !== 'scrypt') unit.do('HSET', info, 'password', hashPassword(password));
    else if (hash !== null) unit.do('HSET', info, 'password', await hashLike(hash, password));
  }

  async #form(unit: OptimisticTransaction, present: string | null): Promise<Form | null> {
    // Part of what the change was made from: a site that moves to hashes meanwhile is noticed.
    const hashes = (await unit.get(legacy.passwordsFlag)) === 'done';
    if (hashes || (present !== null && isScrypt.test(present))) return 'scrypt';
    return present === null || present === '' ? this.#ofSite() : 'plain';
  }

  async #ofSite(): Promise<Form | null> {
    if (this.#site === null || Date.now() > this.#site.until)
      this.#site = { form: await this.#look(), until: Date.now() + believed };
    return this.#site.form;
  }

  /** From a sample: keys come in no order, and a site of any size is asked as little. */
  async #look(): Promise<Form | null> {
    const keys = (await this.#store.sample(legacyPatterns.passwords)).filter((key) => !looksLikeRecord(key));
    const values = (await this.#store.values(keys)).filter((value) => value !== null && value !== '');
    if (values.length > 0) return values.every((value) => isScrypt.test(value ?? '')) ? 'scrypt' : 'plain';
    if ((await this.#store.sample(legacyPatterns.infos)).some((key) => !looksLikeRecord(key))) return null;
    return (await this.#store.get(legacy.adminConfig)) === null ? null : 'plain';
  }
}
