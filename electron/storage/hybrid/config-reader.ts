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

/** What `configSettings` holds of a site whose entries are in rows. */
type Settings = readonly [settings: AdminConfig, generation: string];

/** The document as it was composed, and the version it is of. */
interface Composed {
  token: string;
  settings: AdminConfig;
  readonly generation: string;
  readonly entries: ComposedEntries;
  readonly changes: ChangesReader;
}

/** Callers that wait for one look at what has changed, which begins after all of them have asked for the version. */
interface Waiting {
  token: string;
  done: Promise<void>;
}

/** The log is looked through for old lines once in so many milliseconds. */
const pruneEvery = 60_000;

/**
 * Reads the config. Where the entries are in the JSON: as it is cached in `adminConfig`. Where they are in rows: the process keeps the composed
 * document, by the version that stands in the cache (`configVersion`, a token that every change of an entry and every move takes away before it
 * commits). The same token again means that nothing has been committed since it was taken; otherwise the log says whose entries to compose again.
 * The token is always taken before anything is read under it. Without Redis each call has a token of its own, and looks.
 *
 * An older version that shares Redis knows of no move: it fills `adminConfig` with the bare row. So what stands there is believed only under a
 * version at which the database said that the entries are in the JSON, and what belongs to rows stands under keys of its own.
 */
export class ConfigReader {
  readonly #site: Site;
  readonly #cache: Cache;
  readonly #foundAgain: () => Promise<void>;
  #composed: Composed | null = null;
  /** The version under which the entries were seen to be in the JSON. */
  #jsonUnder: string | null = null;
  #running: Promise<void> = Promise.resolve();
  #next: Waiting | null = null;
  #prunedAt = Date.now();

  /** `foundAgain` takes entries apart that were found in the JSON of a site whose entries are in rows. */
  constructor(site: Site, cache: Cache, foundAgain: () => Promise<void>) {
    this.#site = site;
    this.#cache = cache;
    this.#foundAgain = foundAgain;
  }

  /** The whole document, the caller's own; null where the site has written none yet. */
  async whole(): Promise<AdminConfig | null> {
    for (;;) {
      if (this.#composed === null) {
        // Without Redis no version comes twice: what the database says decides, and the document is loaded once.
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

  /** The settings without the entries, the caller's own; null where the site has written none yet. */
  async settings(): Promise<AdminConfig | null> {
    const kept = await this.#cache.get<Settings>('configSettings', '', () => this.#loadSettings());
    // Of a site that has moved in between the row says the same, but for the entries.
    const settings = kept === null ? await this.#document() : kept[0];
    if (settings === null) return null;
    if (isObject(settings.UserConfig)) delete (settings.UserConfig as Json)['Users'];
    return Object.keys(settings).length === 0 ? null : settings;
  }

  #token(): Promise<string> {
    return this.#cache.get<string>('configVersion', '', () => Promise.resolve(randomUUID())) as Promise<string>;
  }

  /** The config's row as it stands: the whole document where the entries are in the JSON. */
  #document(): Promise<AdminConfig | null> {
    return this.#cache.get<AdminConfig>('adminConfig', '', async () => {
      const whole = JSON.parse((await readConfigRow(this.#site.db)).text) as unknown;
      return isObject(whole) && Object.keys(whole).length > 0 ? whole : null;
    });
  }

  /** The settings of a site whose entries are in rows, with their generation; null where they are in the JSON. */
  async #loadSettings(): Promise<Settings | null> {
    let row = await readConfigRow(this.#site.db);
    if (row.mode !== 'json' && hasEntries(parseConfig(row.text))) {
      // Whatever hinders it: the rows are what is true, and the next one to look tries again.
      await this.#foundAgain().catch(() => undefined);
      row = await readConfigRow(this.#site.db);
    }
    if (row.mode === 'json') return null;
    const settings = parseConfig(row.text);
    if (hasEntries(settings)) (settings['UserConfig'] as Json)['Users'] = [];
    return [settings, row.generation];
  }

  /** Waits for a look that begins after this: one runs, and whoever comes meanwhile shares the next. */
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
        // A move back takes the rows away in the transaction that changes the state: what was read of them stands only where that is as it was.
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

  /** The document under this version: what is kept of it, with the entries composed again that have changed since, or all of it anew. */
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

  /** Whoever is here anyway takes old lines out of the log, and nobody waits for it. */
  #prune(): void {
    if (Date.now() - this.#prunedAt < pruneEvery) return;
    this.#prunedAt = Date.now();
    void pruneChanges(this.#site.db).catch(() => undefined);
  }
}

/** True of a config whose JSON has entries. */
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
