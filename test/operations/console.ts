import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Envelope, Failure } from '../../electron/contract/envelope.js';
import { Refusal } from '../../electron/contract/errors.js';
import type { Input, OperationName, Output } from '../../electron/contract/index.js';
import type { Desk, Host, SecretBox } from '../../electron/operations/desk/desk.js';
import { createDesk } from '../../electron/operations/desk/open-desk.js';
import { sessionBox } from '../../electron/operations/desk/passphrase-box.js';
import { handlers, jobHandlers } from '../../electron/operations/index.js';
import { createRouter, type Router } from '../../electron/router/router.js';
import type { DatabaseConfig } from '../../electron/data/mysql/database.js';
import type { SiteConfig } from '../../electron/data/site.js';
import { redisPrefix, redisUrl, type TestDatabase } from '../sandbox/database.js';

export interface TestConsole {
  readonly desk: Desk;
  readonly router: Router;
  readonly folder: string;
  /** Asks where to save a file. By default no place is chosen; a test can replace this function. */
  saving: (name: string) => Promise<{ readonly path: string; readonly stream: Writable } | null>;
  /** Asks which file to read. By default none is chosen; a test can replace this function. */
  opening: Host['openFile'];
  /** Emits the events that the window would get. */
  readonly events: EventEmitter;
  /** A call as the window makes it, with a new idempotency key by default. */
  call<N extends OperationName>(operation: N, input: Input<N>, key?: string): Promise<Envelope<Output<N>>>;
  /** The result of a call; throws its failure as a `Refusal`. */
  ask<N extends OperationName>(operation: N, input: Input<N>, key?: string): Promise<Output<N>>;
  /** The error code of a call, or `ok`. */
  code<N extends OperationName>(operation: N, input: Input<N>, key?: string): Promise<string>;
  close(): Promise<void>;
}

/** A whole console without a window: desk, router and all operations, with a data folder of its own. */
export async function openConsole(
  environment: NodeJS.ProcessEnv = {},
  secrets: SecretBox = sessionBox,
  given?: string,
): Promise<TestConsole> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'moondesk-console-')));
  const events = new EventEmitter();
  const host = {
    dataFolder: folder,
    secrets,
    saveFile: (name: string) => made.saving(name),
    openFile: (path: string | undefined) => made.opening(path),
    emit: (event: string) => void events.emit(event),
  };
  const desk = await createDesk({ host, environment, jobHandlers, schedule: [], openAtStart: true });
  const told: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void told.push(line) });
  const router = createRouter({ handlers, desk, log });
  const call: TestConsole['call'] = async (operation, input, key = randomUUID()) =>
    (await router.dispatch(
      { id: randomUUID(), operation, input, language: 'en', idempotencyKey: key },
      { origin: 'window' },
    )) as Envelope<never>;
  const made: TestConsole = {
    desk,
    router,
    folder,
    saving: () => Promise.resolve(null),
    opening: () => Promise.resolve(null),
    events,
    call,
    ask: async (operation, input, key) => {
      const answer = await call(operation, input, key);
      if (told.some((line) => line.includes('left no audit entry'))) throw new Error(told.join(''));
      if (answer.ok) return answer.value;
      throw refusalOf(answer.error, told);
    },
    code: async (operation, input, key) => {
      const answer = await call(operation, input, key);
      return answer.ok ? 'ok' : answer.error.code;
    },
    close: async () => {
      await desk.close();
      if (given === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
  return made;
}

/**
 * The failure as a `Refusal` again, as far as the envelope contains it. For an unexpected failure, the log is added.
 */
function refusalOf({ code, message, hint, details }: Failure, told: readonly string[]): Refusal {
  return new Refusal(
    code,
    { zh: message, en: code === 'internal' ? `${message}\n${told.join('')}` : message },
    { ...(hint === undefined ? {} : { hint: { zh: hint, en: hint } }), details },
  );
}

/** Creates the first owner of an empty site. The connection may be locked, so its name is passed, too. */
export async function makeOwner(
  desk: TestConsole,
  username: string,
  password = 'longenough1',
): Promise<Output<'session.firstOwner'>> {
  const { connection } = await desk.ask('session.state', {});
  return desk.ask('session.firstOwner', {
    username,
    password,
    ...(connection === null ? {} : { connection: connection.name }),
  });
}

/** The environment variables for a test database. */
export function environmentOf(
  { config }: Pick<TestDatabase, 'config'>,
  more: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
  return { ...mysqlOf(config), REDIS_URL: redisUrl(), MOONDESK_REDIS_PREFIX: redisPrefix(), ...more };
}

function mysqlOf(config: DatabaseConfig): NodeJS.ProcessEnv {
  return {
    MYSQL_HOST: config.host,
    MYSQL_PORT: String(config.port),
    MYSQL_USER: config.user,
    MYSQL_PASSWORD: config.password,
    MYSQL_DATABASE: config.database,
  };
}

/** The same for a test with a Redis of its own. */
export function environmentOfSite({ mysql, redis }: Pick<SiteConfig, 'mysql' | 'redis'>): NodeJS.ProcessEnv {
  const scheme = redis.tls === undefined ? 'redis' : 'rediss';
  const url = new URL(`${scheme}://${redis.host}:${String(redis.port)}/${String(redis.db ?? 0)}`);
  url.username = redis.username ?? '';
  url.password = redis.password ?? '';
  // Asks the sandbox of a run for nothing: longer proofs are outside of any.
  return { ...mysqlOf(mysql), REDIS_URL: url.href, MOONDESK_REDIS_PREFIX: redis.prefix ?? 'moontv:' };
}
