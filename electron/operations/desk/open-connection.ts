import type { Connection } from '../../contract/connections.js';
import { Refusal } from '../../contract/errors.js';
import type { SessionState } from '../../contract/session.js';
import type { JobRunner } from '../../jobs/runner.js';
import { recogniseDatabase } from '../../data/migrations/recognise.js';
import { withConnection } from '../../data/mysql/connect.js';
import type { Site } from '../../data/site.js';

type DatabaseKind = NonNullable<SessionState['database']>;

/** An open connection, with what is known about its database. */
export class OpenConnection {
  readonly connection: Connection;
  readonly site: Site;
  readonly jobs: JobRunner;
  #kind: DatabaseKind | null = null;
  #hasOwner = false;

  constructor(connection: Connection, site: Site, jobs: JobRunner) {
    this.connection = connection;
    this.site = site;
    this.jobs = jobs;
  }

  /** Forgets what is known. Call it after the tables have changed. */
  refresh(): void {
    this.#kind = null;
    this.#hasOwner = false;
  }

  /**
   * What kind of database it is, and whether the site still needs an owner. It is read each time until there is an
   * owner, because until then the site itself may create its tables and users. While MySQL is away, returns what was
   * known before.
   */
  async facts(signal?: AbortSignal): Promise<{ readonly kind: DatabaseKind | null; readonly needsOwner: boolean }> {
    if (this.#hasOwner) return { kind: this.#kind, needsOwner: false };
    try {
      this.#kind = await withConnection(this.site.config.mysql, recogniseDatabase, 4_000);
      if (this.#kind === 'site' || this.#kind === 'site_with_console')
        this.#hasOwner = await someOwner(this.site, signal);
    } catch (error) {
      if (this.#kind === null || !(error instanceof Refusal && error.code === 'unavailable'))
        return { kind: this.#kind, needsOwner: false };
    }
    return { kind: this.#kind, needsOwner: this.#kind !== null && this.#kind !== 'foreign' && !this.#hasOwner };
  }

  async close(): Promise<void> {
    await this.jobs.close();
    await this.site.close();
  }
}

async function someOwner(site: Site, signal?: AbortSignal): Promise<boolean> {
  const rows = await site.db.rows("SELECT 1 AS found FROM users WHERE role = 'owner' LIMIT 1", [], signal);
  return rows.length > 0;
}
