import { setTimeout as wait } from 'node:timers/promises';
import type { Connection, ConnectionDraft } from '../../contract/connections.js';
import { Refusal } from '../../contract/errors.js';
import type { Operator, SessionState, SignInEnd } from '../../contract/session.js';
import type { LocalizedText } from '../../contract/text.js';
import { JobRunner } from '../../jobs/runner.js';
import type { JobHandler } from '../../jobs/job-handler.js';
import { Site, type SiteConfig } from '../../data/site.js';
import { tunnelRefusal } from '../../data/ssh/refusals.js';
import { mysqlTrouble } from '../connections/mysql-fault.js';
import { lockRights, type SignInStamp } from '../session/operator-rights.js';
import { type SchedulerOptions, startScheduler } from './scheduler.js';
import type { Desk, Host } from './desk.js';
import {
  type EnvironmentConnection,
  consoleSettings,
  environmentConnection,
  fixedConnection,
  type Secrets,
} from './environment.js';
import { oneAtATime } from './json-file.js';
import { WriteLock } from './lock.js';
import { OpenConnection } from './open-connection.js';
import { Profiles } from './profiles.js';
import { type ConsoleSettings, siteConfig } from './site-config.js';

export interface DeskOptions extends SchedulerOptions {
  readonly host: Host;
  /** Where MYSQL_HOST … and REDIS_URL are read from. */
  readonly environment: NodeJS.ProcessEnv;
  /** The work of durable jobs. */
  readonly jobHandlers: readonly JobHandler[];
  /** Opens the environment's connection at once. If that fails, `failure` says why. */
  readonly openAtStart?: boolean;
  /** How long to wait for that, in milliseconds, before continuing without. If absent, there is no limit. */
  readonly startTimeoutMs?: number;
}

/**
 * Creates the desk. Nothing is open except, if asked for, the environment's connection. Throws only if the disk
 * refuses.
 */
export async function createDesk(options: DeskOptions): Promise<Desk> {
  const desk = new OpenDesk(options);
  if (options.openAtStart === true) {
    const opening = desk.openFromEnvironment();
    await (options.startTimeoutMs === undefined
      ? opening
      : Promise.race([opening, wait(options.startTimeoutMs, undefined, { ref: false })]));
  }
  return desk;
}

class OpenDesk implements Desk {
  readonly host: Host;
  readonly #options: DeskOptions;
  readonly #profiles: Profiles;
  readonly #inTurn = oneAtATime();
  readonly #lock = new WriteLock(() => this.#changed());
  #given: EnvironmentConnection | null = null;
  #settings: ConsoleSettings = {};
  #opened: OpenConnection | null = null;
  #signedIn: { readonly operator: Operator; readonly stamps: readonly SignInStamp[] } | null = null;
  #ended: SignInEnd | null = null;
  #timer: NodeJS.Timeout | undefined;
  failure: Error | null = null;

  constructor(options: DeskOptions) {
    this.host = options.host;
    this.#options = options;
    this.#profiles = new Profiles(options.host.dataFolder, options.host.secrets);
    try {
      this.#settings = consoleSettings(options.environment);
      this.#given = environmentConnection(options.environment);
    } catch (error) {
      this.failure = asError(error);
    }
  }

  get connection(): Connection | null {
    return this.#opened?.connection ?? null;
  }

  get site(): Site | null {
    return this.#opened?.site ?? null;
  }

  get jobs(): JobRunner | null {
    return this.#opened?.jobs ?? null;
  }

  get operator(): Operator | null {
    return this.#signedIn?.operator ?? null;
  }

  get locked(): boolean {
    return this.#opened === null || this.#lock.locked;
  }

  get notice(): LocalizedText | null {
    return this.#profiles.notice;
  }

  async connections(): Promise<readonly Connection[]> {
    const saved = await this.#profiles.list();
    return this.#given === null ? saved : [this.#given.connection, ...saved];
  }

  async save(id: string | undefined, draft: ConnectionDraft, passphrase?: string): Promise<Connection> {
    if (id !== undefined && id === this.#given?.connection.id) throw fixedConnection();
    // A connection that cannot be opened must not be saved.
    siteConfig(draft, {});
    return this.#profiles.save(id, draft, passphrase);
  }

  async remove(id: string): Promise<boolean> {
    if (id === this.#given?.connection.id) throw fixedConnection();
    if (id === this.connection?.id) {
      throw new Refusal(
        'conflict',
        { zh: '连接正打开着', en: 'The connection is open' },
        { hint: { zh: '先关闭它。', en: 'Close it first.' } },
      );
    }
    return this.#profiles.remove(id);
  }

  async config(id: string | undefined, draft?: ConnectionDraft): Promise<SiteConfig> {
    if (draft !== undefined) {
      const kept: Secrets = id === undefined ? {} : await this.#profiles.kept(id, draft);
      const secrets = {
        ...given('mysqlPassword', draft.mysqlPassword ?? kept.mysqlPassword),
        ...given('redisPassword', draft.redisPassword ?? kept.redisPassword),
        ...given('sshPassword', draft.sshPassword ?? kept.sshPassword),
      };
      return siteConfig(draft, secrets, this.#settings);
    }
    const { connection, secrets } = await this.#resolve(id ?? '');
    return siteConfig(connection, secrets, this.#settings);
  }

  async open(id: string, passphrase?: string, signal?: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      const { connection, secrets } = await this.#resolve(id, passphrase);
      const site = await this.#openSite(siteConfig(connection, secrets, this.#settings), signal);
      const before = this.#opened;
      const jobs = new JobRunner(
        site,
        this.#options.jobHandlers,
        () => this.#opened?.site === site && !this.locked,
        (job) => this.host.emit('jobs', { id: job }),
        async (tx, author) => {
          await lockRights(tx, author);
        },
      );
      this.#opened = new OpenConnection(connection, site, jobs);
      this.#signedIn = null;
      this.#ended = null;
      this.failure = null;
      this.#lock.reset(connection.environment);
      clearInterval(this.#timer);
      this.#timer = startScheduler(this, this.#options);
      this.#changed();
      jobs.wake();
      await before?.close().catch((error: unknown) => this.#options.report?.(error));
    });
  }

  async openFromEnvironment(): Promise<void> {
    if (this.#given === null) return;
    await this.open(this.#given.connection.id).catch((error: unknown) => {
      this.failure = asError(error);
      this.#changed();
    });
  }

  async close(): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#opened;
      this.#opened = null;
      this.#signedIn = null;
      this.#ended = null;
      this.#lock.lock();
      clearInterval(this.#timer);
      if (before === null) return;
      this.#changed();
      await before.close();
    });
  }

  signIn(operator: Operator, stamp: SignInStamp): void {
    this.#signedIn = { operator, stamps: [stamp] };
    this.#signInChanged(null);
  }

  stamps(): () => readonly SignInStamp[] {
    const begun = this.#signedIn;
    return () => {
      const now = this.#signedIn;
      if (begun === null) return [];
      if (now === null || now === begun || now.operator !== begun.operator) return begun.stamps;
      return [...begun.stamps, ...now.stamps];
    };
  }

  renewSignIn(operator: Operator, stamps: readonly SignInStamp[]): void {
    if (this.operator === operator) this.#signedIn = { operator, stamps };
  }

  signOut(): void {
    this.#signedIn = null;
    this.#signInChanged(null);
  }

  endSignIn(operator: Operator, why: SignInEnd): void {
    if (this.operator !== operator) return;
    this.#signedIn = null;
    this.jobs?.cancelExports(operator.username);
    this.#signInChanged(why);
  }

  unlock(minutes: number): void {
    this.#lock.unlock(minutes);
    this.#changed();
    this.jobs?.wake();
  }

  lock(): void {
    this.#lock.lock();
    this.#changed();
  }

  refresh(): void {
    this.#opened?.refresh();
    this.#changed();
  }

  async state(signal?: AbortSignal): Promise<SessionState> {
    const opened = this.#opened;
    if (opened === null)
      return {
        connection: null,
        operator: null,
        ended: null,
        locked: true,
        unlockedUntil: null,
        database: null,
        needsOwner: false,
      };
    const { kind, needsOwner } = await opened.facts(signal);
    const { id, name, environment, colour, origin, mysql } = opened.connection;
    return {
      connection: {
        id,
        name,
        environment,
        colour,
        host: `${mysql.host}:${String(mysql.port)}`,
        database: mysql.database,
        demo: origin === 'demo',
      },
      operator: this.operator,
      ended: this.#ended,
      locked: this.locked,
      unlockedUntil: this.#lock.until,
      database: kind,
      needsOwner,
    };
  }

  async #resolve(id: string, passphrase?: string): Promise<EnvironmentConnection> {
    if (id === this.#given?.connection.id) return this.#given;
    const connection = await this.#profiles.find(id);
    if (connection === null) throw new Refusal('not_found', { zh: '没有这个连接', en: 'There is no such connection' });
    return { connection, secrets: await this.#profiles.secrets(id, passphrase) };
  }

  async #openSite(config: SiteConfig, signal?: AbortSignal): Promise<Site> {
    try {
      return await Site.open(config, signal);
    } catch (error) {
      if (error instanceof Refusal && (error.code === 'cancelled' || error.code === 'timeout')) throw error;
      const { fault, text, hint } = mysqlTrouble(error, config.mysql);
      this.failure =
        tunnelRefusal(error) ??
        new Refusal('unavailable', text, { hint, details: { part: 'mysql', fault }, cause: error });
      throw this.failure;
    }
  }

  #signInChanged(why: SignInEnd | null): void {
    this.#ended = why;
    this.#lock.signInEnded();
    this.#changed();
  }

  #changed(): void {
    this.host.emit('session', {});
  }
}

function given(name: keyof Secrets, value: string | undefined): Secrets {
  return value === undefined || value === '' ? {} : { [name]: value };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
