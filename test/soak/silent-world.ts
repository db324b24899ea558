import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Lamps } from '../../electron/contract/desk.js';
import type { Input, OperationName, Output } from '../../electron/contract/index.js';
import { createDesk } from '../../electron/operations/desk/open-desk.js';
import { sessionBox } from '../../electron/operations/desk/passphrase-box.js';
import { handlers, jobHandlers } from '../../electron/operations/index.js';
import { createLog } from '../../electron/router/log.js';
import { createRouter } from '../../electron/router/router.js';
import { createStorage, type HybridStorage } from '../../electron/storage/index.js';
import type { DatabaseConfig } from '../../electron/data/mysql/database.js';
import { insertRows } from '../../electron/data/write/row-writer.js';
import { type Place, type Proxy, startProxy } from '../sandbox/proxy.js';

/** What is running when the connections fall silent. */
export const kinds = ['list', 'write', 'job', 'sign-in', 'storage read'] as const;
export type Kind = (typeof kinds)[number];

export interface Silenced {
  /** `ok`, or the code of its failure. */
  readonly outcome: string;
  /** Milliseconds from the silence until it was settled. */
  readonly settled: number;
  /** Milliseconds from the silence until all three lamps were green, checked once a second as by a window. */
  readonly green: number;
  /** Connections of the console's pool still in use 30 s after the silence. */
  readonly used: number;
}

export interface SilentWorld {
  readonly mysql: Proxy;
  readonly redis: Proxy;
  readonly storage: HybridStorage;
  /** A list of users, as the window requests it; throws its failure. */
  list(): Promise<unknown>;
  /** Resolves once all three lamps are green, checked once a second. */
  green(): Promise<void>;
  /**
   * Starts work of this kind while every existing connection falls silent, and waits until it is over and the lamps are
   * green.
   */
  silence(kind: Kind, what: 'everything' | 'answers'): Promise<Silenced>;
  close(): Promise<void>;
}

const crowd = 1_500;
const password = 'longenough1';

/**
 * A whole console and a site's storage on one database and one Redis, each behind its own proxy that can fall silent.
 */
export async function openSilentWorld(database: DatabaseConfig, place: Place): Promise<SilentWorld> {
  const [mysql, redis] = await Promise.all([startProxy(database), startProxy(place)]);
  const prefix = `silent${randomUUID().slice(0, 8)}:`;
  const folder = await mkdtemp(join(tmpdir(), 'moondesk-silent-'));
  const none = (): Promise<null> => Promise.resolve(null);
  const desk = await createDesk({
    host: { dataFolder: folder, secrets: sessionBox, saveFile: none, openFile: none, emit: () => undefined },
    environment: {
      MYSQL_HOST: mysql.host,
      MYSQL_PORT: String(mysql.port),
      MYSQL_USER: database.user,
      MYSQL_PASSWORD: database.password,
      MYSQL_DATABASE: database.database,
      REDIS_URL: `redis://${redis.host}:${String(redis.port)}/0`,
      MOONDESK_REDIS_PREFIX: prefix,
      MOONDESK_DEMO: '1',
    },
    jobHandlers,
    schedule: [],
    openAtStart: true,
  });
  const router = createRouter({ handlers, desk, log: createLog('/dev/null') });
  const ask = async <N extends OperationName>(operation: N, input: Input<N>): Promise<Output<N>> => {
    const id = randomUUID();
    const answer = await router.dispatch(
      { id, operation, input, language: 'en', idempotencyKey: randomUUID() },
      { origin: 'window' },
    );
    if (!answer.ok) throw Object.assign(new Error(`${operation}: ${answer.error.message}`), answer.error);
    return answer.value as Output<N>;
  };
  await ask('session.firstOwner', { username: 'moon', password });
  const { site } = desk;
  if (site === null) throw new Error('the site did not open');
  const names = Array.from({ length: crowd }, (_, at) => `crowd${String(at)}`);
  await insertRows(
    site.db,
    'users',
    names.map((username) => ({ username, password_hash: 'x', role: 'user', banned: 0 })),
  );
  const storage = createStorage({
    engine: 'hybrid',
    mysql: { ...database, host: mysql.host, port: mysql.port },
    redis: { host: redis.host, port: redis.port, prefix },
    warmUsers: 0,
  });
  await storage.ready();

  const lamps = (): Promise<Lamps> => ask('health.lamps', {});
  const isGreen = ({ mysql: one, redis: two, pool }: Lamps): boolean =>
    [one, two, pool].every(({ state }) => state === 'ok');
  const green = async (): Promise<void> => {
    while (!isGreen(await lamps())) await wait(1_000);
  };
  const list = (): Promise<unknown> => ask('users.list', { limit: 20 });
  const ban = async (who: { readonly names: string[] }): Promise<() => Promise<string | null>> => {
    // Lifts existing bans first, so that there is something to do.
    const lift = await ask('users.unban.preview', { who });
    if (lift.changed > 0) await over(await ask('users.unban', { who, fingerprint: lift.fingerprint }));
    const input = { who, reason: 'fraud' as const };
    const { fingerprint } = await ask('users.ban.preview', input);
    return async () => {
      const answer = await ask('users.ban', { ...input, fingerprint });
      return answer.done ? null : answer.jobId;
    };
  };
  const over = async (answer: { readonly done: boolean } & ({ done: true } | { jobId: string })): Promise<void> => {
    if ('jobId' in answer) await ended(answer.jobId);
  };
  const ended = async (id: string): Promise<void> => {
    for (;;) {
      // The window asks again too.
      const job = await ask('jobs.get', { id }).catch(() => null);
      if (job?.state === 'done') return;
      if (job !== null && job.state !== 'running' && job.state !== 'waiting')
        throw new Error(`the job is ${job.state}`);
      await wait(100);
    }
  };

  /** The work once everything is silent, prepared before that. */
  const ready: Record<Kind, () => Promise<() => Promise<unknown>>> = {
    list: () => Promise.resolve(list),
    write: () => ban({ names: ['crowd1'] }),
    job: async () => {
      const id = await (await ban({ names }))();
      return () => ended(id ?? '');
    },
    'sign-in': () => Promise.resolve(() => ask('session.signIn', { username: 'moon', password })),
    'storage read': () =>
      Promise.resolve(() =>
        Promise.all([
          storage.getUserInfoV2('moon'),
          storage.getAllFavorites('crowd2'),
          storage.getSearchHistory('crowd3'),
        ]),
      ),
  };

  return {
    mysql,
    redis,
    storage,
    list,
    green,
    async silence(kind, what) {
      await Promise.all(Array.from({ length: 8 }, list));
      await storage.getUserInfoV2('moon');
      await green();
      const act = await ready[kind]();
      mysql.silence(what);
      redis.silence(what);
      const since = performance.now();
      const settling = act().then(
        () => ({ outcome: 'ok', settled: performance.now() - since }),
        (error: unknown) => ({
          outcome: error instanceof Error && 'code' in error ? String(error.code) : String(error),
          settled: performance.now() - since,
        }),
      );
      await green();
      const lit = performance.now() - since;
      const { outcome, settled } = await settling;
      // Any other running work (the look for jobs, the outbox) is over soon too.
      while (site.db.usage().used > 0 && performance.now() - since < 30_000) await wait(20);
      return { outcome, settled: Math.round(settled), green: Math.round(lit), used: site.db.usage().used };
    },
    async close() {
      await storage.close();
      await desk.close();
      await Promise.all([mysql.close(), redis.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
