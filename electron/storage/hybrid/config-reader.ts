import { randomUUID } from 'node:crypto';
import { isObject, type Json } from '../../data/config/same-json.js';
import { ChangesReader } from '../../data/config/changes-reader.js';
import { pruneChanges } from '../../data/config/changes.js';
import { ComposedEntries, copyOf } from '../../data/config/composed-entries.js';
import { readConfigRow, stateOf } from '../../data/config/state.js';
import type { Cache } from '../../data/cache/cache.js';
import type { Site } from '../../data/site.js';
import { parseConfig } from '../../data/write/admin-config.js';
import type { AdminConfig } from '../types.js';

/** What `configSettings` caches for a site whose entries are in rows. */
type Settings = readonly [settings: AdminConfig, generation: string];

/** The composed document, and its version. */
interface Composed {
  token: string;
  settings: AdminConfig;
  readonly generation: string;
  readonly entries: ComposedEntries;
  readonly changes: ChangesReader;
}

/** Callers that share one look for changes; it begins after all of them have read the version. */
interface Waiting {
  token: string;
  done: Promise<void>;
}

/** Milliseconds between two prunings of the log. */
const pruneEvery = 60_000;

/**
 * Reads the config. If the entries are in the JSON: from the cache, `adminConfig`. If they are in rows: this process
 * keeps the composed document, under the version in the cache (`configVersion`, a token that every change of an entry
 * and every move deletes before it commits). The same token again means that nothing has been committed since it was
 * taken; otherwise the log says which entries to compose again. The token is always taken before anything is read under
 * it. Without Redis each call has its own token, and looks.
 *
 * An older version of the storage that shares Redis does not know about moves: it fills `adminConfig` with the bare
 * row. So that key is trusted only under a version at which the database said that the entries are in the JSON, and
 * data for rows has keys of its own.
 */
export class ConfigReader {
  readonly #site: Site;
  readonly #cache: Cache;
  readonly #foundAgain: () => Promise<void>;
  #composed: Composed | null = null;
  /** The version at which the entries were in the JSON. */
  #jsonUnder: string | null = null;
  #running: Promise<void> = Promise.resolve();
  #next: Waiting | null = null;
  #prunedAt = Date.now();

  /** `foundAgain` moves entries to rows that were found in the JSON of a site whose entries are in rows. */
  constructor(site: Site, cache: Cache, foundAgain: () => Promise<void>) {
    this.#site = site;
    this.#cache = cache;
    this.#foundAgain = foundAgain;
  }

  /** The whole document, as a copy for the caller; null if the site has written none yet. */
  async whole(): Promise<AdminConfig | null> {
    for (;;) {
      if (this.#composed === null) {
        // Without Redis a version never repeats: then the database decides, and the document is loaded once.
        if (this.#jsonUnder !== null && this.#cache.reading) {
          const document = await this.#document();
          if ((await this.#token()) === this.#jsonUnder) return document;
        }
        const version = await this.#token();
        const state = await stateOf(this.#site.db);
        if (state.mode === 'json') {
          this.#jsonUnder = version;
          const again = await this.#document();
          const after = await stateOf(this.#site.db);
          if (after.mode === 'json' && after.generation === state.generation) return again;
          continue;
        }
      }
      const token = await this.#token();
      if (this.#composed?.token !== token) await this.#renewed(token);
      if (this.#composed !== null) return answerOf(this.#composed);
    }
  }

  /** The settings without the entries, as a copy for the caller; null if the site has written none yet. */
  async settings(): Promise<AdminConfig | null> {
    const kept = await this.#cache.get<Settings>('configSettings', '', () => this.#loadSettings());
    // If the site has moved to rows since, its row has the same settings without the entries.
    const settings = kept === null ? await this.#document() : kept[0];
    if (settings === null) return null;
    if (isObject(settings.UserConfig)) delete (settings.UserConfig as Json)['Users'];
    return Object.keys(settings).length === 0 ? null : settings;
  }

  #token(): Promise<string> {
    return this.#cache.get<string>('configVersion', '', () => Promise.resolve(randomUUID())) as Promise<string>;
  }

  /** The config's row: the whole document if the entries are in the JSON. */
  #document(): Promise<AdminConfig | null> {
    return this.#cache.get<AdminConfig>('adminConfig', '', async () => {
      const whole = JSON.parse((await readConfigRow(this.#site.db)).text) as unknown;
      return isObject(whole) && Object.keys(whole).length > 0 ? whole : null;
    });
  }

  /** The settings of a site whose entries are in rows, with their generation; null if they are in the JSON. */
  async #loadSettings(): Promise<Settings | null> {
    let row = await readConfigRow(this.#site.db);
    if (row.mode !== 'json' && hasEntries(parseConfig(row.text))) {
      // On any failure: the rows are the truth, and the next reader tries again.
      await this.#foundAgain().catch(() => undefined);
      row = await readConfigRow(this.#site.db);
    }
    if (row.mode === 'json') return null;
    const settings = parseConfig(row.text);
    if (hasEntries(settings)) (settings['UserConfig'] as Json)['Users'] = [];
    return [settings, row.generation];
  }

  /**
   * Waits for a look that begins after this call: one is running, and all callers that come during it share the next.
   */
  #renewed(token: string): Promise<void> {
    if (this.#next !== null) {
      this.#next.token = token;
      return this.#next.done;
    }
    const waiting: Waiting = { token, done: Promise.resolve() };
    this.#next = waiting;
    waiting.done = this.#running.then(() => {
      this.#next = null;
      return this.#composed?.token === waiting.token ? undefined : this.#renew(waiting.token);
    });
    this.#running = waiting.done.catch(() => undefined);
    return waiting.done;
  }

  async #renew(token: string): Promise<void> {
    const { db } = this.#site;
    for (;;) {
      const state = await stateOf(db);
      if (state.mode === 'json') {
        this.#composed = null;
        return;
      }
      const cached = await this.#cache.get<Settings>('configSettings', '', () => this.#loadSettings());
      const kept = cached?.[1] === state.generation ? cached : await this.#loadSettings();
      if (kept?.[1] === state.generation) {
        const composed = await this.#compose(token, kept);
        // A move back deletes the rows in the transaction that changes the state: what was read from them is valid only
        // if the state has not changed.
        const after = await stateOf(db);
        if (after.mode !== 'json' && after.generation === state.generation) {
          this.#composed = composed;
          this.#prune();
          return;
        }
      }
      this.#composed = null;
    }
  }

  /** The document at this version: the kept one with its changed entries composed again, or a newly composed one. */
  async #compose(token: string, [settings, generation]: Settings): Promise<Composed> {
    const { db } = this.#site;
    const known = this.#composed?.generation === generation ? this.#composed : null;
    const changes = await known?.changes.read(db);
    if (known !== null && changes !== null && changes !== undefined) {
      await known.entries.renew(db, changes.names.keys());
      changes.settle();
      return { ...known, token, settings };
    }
    const log = await ChangesReader.begin(db);
    const entries = await ComposedEntries.read(db);
    const late = await log.read(db);
    if (late !== null) {
      await entries.renew(db, late.names.keys(), true);
      late.settle();
    }
    return { token, settings, generation, entries, changes: log };
  }

  /** Prunes the log on the side; the caller does not wait for it. */
  #prune(): void {
    if (Date.now() - this.#prunedAt < pruneEvery) return;
    this.#prunedAt = Date.now();
    void pruneChanges(this.#site.db).catch(() => undefined);
  }
}

/** True if the config's JSON has entries. */
export function hasEntries(root: Readonly<Json>): boolean {
  const section = root['UserConfig'];
  const users = isObject(section) ? section['Users'] : null;
  return Array.isArray(users) && users.length > 0;
}

function answerOf({ settings, entries }: Composed): AdminConfig | null {
  const whole = copyOf(settings) as Json;
  if (entries.size > 0) {
    const section = whole['UserConfig'];
    const home: Json = isObject(section) ? section : {};
    whole['UserConfig'] = home;
    home['Users'] = entries.copies();
  }
  return Object.keys(whole).length === 0 ? null : whole;
}
