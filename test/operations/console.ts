import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Envelope } from '../../electron/contract/envelope.js';
import type { Input, OperationName, Output } from '../../electron/contract/index.js';
import type { Desk, SecretBox } from '../../electron/operations/desk/desk.js';
import { createDesk } from '../../electron/operations/desk/open-desk.js';
import { sessionBox } from '../../electron/operations/desk/passphrase-box.js';
import { handlers, jobHandlers } from '../../electron/operations/index.js';
import { createLog } from '../../electron/router/log.js';
import { createRouter, type Router } from '../../electron/router/router.js';
import { redisPrefix, redisUrl, type TestDatabase } from '../sandbox/database.js';

export interface TestConsole {
  readonly desk: Desk;
  readonly router: Router;
  readonly folder: string;
  /** Asks where to save; nobody chooses a place unless a test puts something else here. */
  saving: () => Promise<{ readonly path: string; readonly stream: Writable } | null>;
  /** How often each event was told. */
  readonly events: Record<string, number>;
  /** One call as the window makes it; under a fresh idempotency key unless one is given. */
  call<N extends OperationName>(operation: N, input: Input<N>, key?: string): Promise<Envelope<Output<N>>>;
  /** The value of a call; throws its failure. */
  ask<N extends OperationName>(operation: N, input: Input<N>, key?: string): Promise<Output<N>>;
  /** The code of a call's failure, or `ok`. */
  code<N extends OperationName>(operation: N, input: Input<N>, key?: string): Promise<string>;
  close(): Promise<void>;
}

/** A whole console without a window: desk, router and every operation, over a data folder of its own. */
export async function openConsole(
  environment: NodeJS.ProcessEnv = {},
  secrets: SecretBox = sessionBox,
  given?: string,
): Promise<TestConsole> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'moondesk-console-')));
  const events: Record<string, number> = {};
  const host = {
    dataFolder: folder,
    secrets,
    saveFile: () => made.saving(),
    openFile: () => Promise.resolve(null),
    emit: (event: string) => {
      events[event] = (events[event] ?? 0) + 1;
    },
  };
  const desk = await createDesk({ host, environment, jobHandlers, schedule: [], openAtStart: true });
  const router = createRouter({ handlers, desk, log: createLog('/dev/null') });
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
    events,
    call,
    ask: async (operation, input, key) => {
      const answer = await call(operation, input, key);
      if (answer.ok) return answer.value;
      throw Object.assign(new Error(`${operation}: ${answer.error.message}`), answer.error);
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

/** Makes the first owner of an empty site, whose connection may be locked: its name goes with the call. */
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

/** The seed's variables for a database of the tests. */
export function environmentOf({ config }: TestDatabase, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    MYSQL_HOST: config.host,
    MYSQL_PORT: String(config.port),
    MYSQL_USER: config.user,
    MYSQL_PASSWORD: config.password,
    MYSQL_DATABASE: config.database,
    REDIS_URL: redisUrl(),
    MOONDESK_REDIS_PREFIX: redisPrefix(),
    ...more,
  };
}
