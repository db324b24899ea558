import { createHash, timingSafeEqual } from 'node:crypto';
import { hashByScrypt, hashLike, hashPassword, verifyPassword } from '../../domain/users/passwords.js';
import { legacy, legacyPatterns, looksLikeRecord } from '../../data/legacy/keys.js';
import type { LegacyStore } from '../../data/legacy/store.js';
import type { OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';

const isScrypt = /^[0-9a-f]{32}:[0-9a-f]{128}$/i;

/**
 * True if the password is the one in `u:{u}:pwd`: plain on old sites, scrypt (`salt:hash`) on newer siblings. An empty
 * value never matches.
 */
export async function matchesV1(stored: string, password: string): Promise<boolean> {
  if (stored === '') return false;
  if (isScrypt.test(stored)) return verifyPassword(stored, password);
  // Compares digests, so that the time does not reveal how much matched.
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(stored), digest(password));
}

/** The form of `u:{u}:pwd` on a site: as typed, or by scrypt. */
type Form = 'plain' | 'scrypt';

/** How many milliseconds a result about the whole site stays valid. */
const believed = 60_000;

/**
 * Passwords as the site's own code expects them: its sign-in reads only `u:{u}:pwd`, so an account without it does not
 * exist for the site. An existing password keeps its form. A new one gets the site's form: scrypt if the site says that
 * it hashes passwords; plain if other passwords are plain, or if there is a site with this layout and no account yet.
 * **It is never written plain if only hashes are found**, nor for users who sign in by OIDC: such an account works only
 * in this storage until the site itself sets a password.
 */
export class SitePasswords {
  readonly #store: LegacyStore;
  #site: { readonly form: Form | null; readonly until: number } | null = null;

  constructor(store: LegacyStore) {
    this.#store = store;
  }

  /**
   * Adds a password to a transaction, for the site's sign-in and in the V2 hash; `elsewhere` for users who sign in by
   * OIDC. An empty password is not written for the site, which refuses it.
   */
  async into(unit: OptimisticTransaction, user: string, password: string, { elsewhere = false } = {}): Promise<void> {
    const [key, info] = [legacy.password(user), legacy.info(user)];
    const form = password === '' || elsewhere ? null : await this.#form(unit, await unit.get(key));
    const hash = await unit.field(info, 'password');
    if (form === null) unit.remove(key);
    else unit.do('SET', key, form === 'plain' ? password : await hashByScrypt(password));
    // A weaker hash beside the site's scrypt would defeat it.
    if (form !== 'scrypt') unit.do('HSET', info, 'password', hashPassword(password));
    else if (hash !== null) unit.do('HSET', info, 'password', await hashLike(hash, password));
  }

  async #form(unit: OptimisticTransaction, present: string | null): Promise<Form | null> {
    // Part of the transaction's input: if the site switches to hashes in the meantime, the transaction is retried.
    const hashes = (await unit.get(legacy.passwordsFlag)) === 'done';
    if (hashes || (present !== null && isScrypt.test(present))) return 'scrypt';
    return present === null || present === '' ? this.#ofSite() : 'plain';
  }

  async #ofSite(): Promise<Form | null> {
    if (this.#site === null || Date.now() > this.#site.until)
      this.#site = { form: await this.#look(), until: Date.now() + believed };
    return this.#site.form;
  }

  /** From a sample: keys come in no order, and the cost does not grow with the site. */
  async #look(): Promise<Form | null> {
    const keys = (await this.#store.sample(legacyPatterns.passwords)).filter((key) => !looksLikeRecord(key));
    const values = (await this.#store.values(keys)).filter((value) => value !== null && value !== '');
    if (values.length > 0) return values.every((value) => isScrypt.test(value ?? '')) ? 'scrypt' : 'plain';
    if ((await this.#store.sample(legacyPatterns.infos)).some((key) => !looksLikeRecord(key))) return null;
    return (await this.#store.get(legacy.adminConfig)) === null ? null : 'plain';
  }
}
