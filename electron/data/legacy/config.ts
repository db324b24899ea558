import { Refusal } from '../../contract/errors.js';
import { legacy } from './keys.js';
import type { AdminConfig } from '../types.js';
import type { OptimisticTransaction } from './optimistic-transaction.js';

type Entry = Record<string, unknown>;

/**
 * A config from its text, or null if the site has none yet. Throws `unsupported` for one that cannot be read, because a
 * write would destroy it.
 */
export function readConfig(text: string | null): AdminConfig | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as AdminConfig;
  } catch {
    // Refused below.
  }
  throw new Refusal('unsupported', {
    zh: '站点配置（admin:config）不是有效的 JSON',
    en: 'The site’s config (admin:config) is not valid JSON',
  });
}

/** A user's entry by the exact spelling: the first of several, as the site uses it. Null if there is none. */
export function entryOf(config: AdminConfig | null, user: string): Entry | null {
  const users = config?.UserConfig?.Users;
  return (Array.isArray(users) ? users.find((entry) => entry['username'] === user) : null) ?? null;
}

/**
 * The config during one transaction: read once, written once. A site without a config does not get one here: it creates
 * its own at its first start, with content that this storage must not invent.
 */
export class EditedConfig {
  readonly #unit: OptimisticTransaction;
  readonly config: AdminConfig | null;
  #changed = false;

  private constructor(unit: OptimisticTransaction, config: AdminConfig | null) {
    this.#unit = unit;
    this.config = config;
  }

  static async open(unit: OptimisticTransaction): Promise<EditedConfig> {
    return new EditedConfig(unit, readConfig(await unit.get(legacy.adminConfig)));
  }

  entry(user: string): Entry | null {
    return entryOf(this.config, user);
  }

  /**
   * Sets fields of a user's entry; undefined removes one. A missing entry is created from `start`; without `start` it
   * stays missing.
   */
  edit(user: string, fields: Readonly<Entry>, start?: Readonly<Entry>): void {
    if (this.config === null) return;
    let entry = this.entry(user);
    if (entry === null) {
      if (start === undefined) return;
      entry = { username: user, ...start };
      this.config.UserConfig ??= {};
      this.config.UserConfig.Users ??= [];
      this.config.UserConfig.Users.push(entry);
    }
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) delete entry[name];
      else entry[name] = value;
    }
    this.#changed = true;
  }

  remove(user: string): void {
    const section = this.config?.UserConfig;
    if (this.entry(user) === null || section?.Users === undefined) return;
    section.Users = section.Users.filter((entry) => entry['username'] !== user);
    this.#changed = true;
  }

  /** Adds the write to the transaction, if there is one. */
  save(): void {
    if (this.#changed && this.config !== null) this.#unit.set(legacy.adminConfig, this.config);
  }
}
