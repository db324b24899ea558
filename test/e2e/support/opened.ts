import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Engine } from '../../sandbox/types.js';
import { type E2eSite, type SiteOptions, siteOf } from './site.js';
import { type ConsoleWindow, openWindow, signIn, startAfresh } from './window.js';

export interface Opening extends Pick<SiteOptions, 'users' | 'environment'> {
  readonly engine?: Engine;
  /** What is known only once the `beforeAll` of the tests themselves have run. */
  readonly more?: () => { readonly redis?: string; readonly env?: Readonly<Record<string, string>> };
  /** False if each test goes on where the one before it has left the window. */
  readonly afresh?: boolean;
}

/**
 * A demo site and the console on it, signed in as the owner, for all tests of a `describe`. Both are there from the
 * first test to the last.
 */
export function openedWindow({
  engine = 'mariadb',
  users,
  environment = 'development',
  more = () => ({}),
  afresh = true,
}: Opening): {
  readonly site: E2eSite;
  readonly console: ConsoleWindow;
} {
  let site: E2eSite | undefined;
  let console: ConsoleWindow | undefined;
  beforeAll(async () => {
    const { redis, env = {} } = more();
    site = await siteOf(engine, { users, environment, ...(redis === undefined ? {} : { redis }) });
    console = await openWindow({ ...site.env, ...env });
    await signIn(console.page);
  });
  afterAll(async () => {
    await console?.close();
    await site?.close();
  });
  const opened = { site: once(() => site), console: once(() => console) };
  if (afresh) beforeEach(() => startAfresh(opened.console.page));
  return opened;
}

/** Stands for something that is opened later. */
function once<T extends object>(now: () => T | undefined): T {
  return new Proxy({} as T, {
    get: (_, name) => {
      const there = now();
      if (there === undefined) throw new Error(`Nothing is open yet: ${String(name)}`);
      return Reflect.get(there, name) as unknown;
    },
  });
}
