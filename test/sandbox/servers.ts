import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { which } from '../../build/lib/run.mjs';
import { startGuard, type Guard } from '../../build/lib/guard.mjs';
import { firstBytes } from './probe.js';
import { runServer } from './server-process.js';
import { account, asArguments, createDataFolder, serverCommand, settingsFor, type Settings } from './sql-server.js';
import type { Engine, RedisEndpoint, RunningServer, SqlEndpoint } from './types.js';

export interface ServerOptions {
  /** A folder that keeps its data; without it the data is in a temporary folder that is removed with the run. */
  folder?: string;
  port?: number;
  /**
   * Settings of the server itself, over the sandbox's own: `{ innodb_buffer_pool_size: '1G' }`. An SQL server reads
   * them at each start.
   */
  settings?: Settings;
  /** Arguments after the settings, for Redis settings that occur more than once: `['--rename-command', 'EVAL', '']`. */
  words?: readonly string[];
  /** The environment of an SQL server; without it, that of this process. */
  env?: NodeJS.ProcessEnv;
  guard?: Guard;
  /** Start it again when it crashes; reported on standard error. */
  revive?: boolean;
}

/** A private MariaDB. */
export const startMariadb = (options: ServerOptions = {}): Promise<RunningServer<SqlEndpoint>> =>
  startSql('mariadb', options);

/** A private MySQL 9; hasMysql() tells whether it is installed. */
export const startMysql = (options: ServerOptions = {}): Promise<RunningServer<SqlEndpoint>> =>
  startSql('mysql', options);

async function startSql(engine: Engine, options: ServerOptions): Promise<RunningServer<SqlEndpoint>> {
  const { folder, guard, graceMs } = await place(engine, options);
  const data = join(folder, 'data');
  // Its own: a server that starts deletes all temporary tables in a shared folder.
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  if (!existsSync(data)) await createDataFolder(engine, data);
  const [program = '', ...args] = serverCommand(engine);
  return runServer({
    name: engine,
    logFile: join(folder, 'server.log'),
    guard,
    graceMs,
    port: options.port,
    revive: options.revive ?? false,
    command: (port) => ({
      program,
      ...(options.env === undefined ? {} : { env: options.env }),
      args: [
        ...args,
        `--datadir=${data}`,
        `--tmpdir=${temporary}`,
        `--port=${port}`,
        `--socket=${join(folder, 'sock')}`,
        `--pid-file=${join(folder, 'pid')}`,
        ...asArguments({ init_file: join(data, 'init.sql'), ...settingsFor(engine), ...options.settings }),
      ],
    }),
    endpoint: (port) => ({ engine, host: '127.0.0.1', port, ...account }),
    // The greeting comes once the server accepts connections; its fifth byte is the protocol's version.
    ready: (port) => firstBytes(port, (bytes) => bytes[4] === 10),
  });
}

/**
 * A private Redis. It writes its append-only file before it answers, so that a kill loses nothing that was
 * acknowledged.
 */
export async function startRedis(options: ServerOptions = {}): Promise<RunningServer<RedisEndpoint>> {
  const { folder, guard, graceMs } = await place('redis', options);
  // Debian's redis-tools has the server under the name of a checker; its name at the start decides what it does.
  const program = which('redis-server') ?? which('redis-check-rdb');
  if (!program) throw new Error('redis-server is not installed: `npm test` or `npm start` installs it.');
  const settings: Settings = {
    bind: '127.0.0.1',
    save: '',
    appendonly: 'yes',
    appendfsync: 'no',
    enable_debug_command: 'local',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, String(value)]);
  return runServer({
    name: 'redis',
    logFile: join(folder, 'server.log'),
    guard,
    graceMs,
    port: options.port,
    revive: options.revive ?? false,
    command: (port) => ({
      program,
      argv0: 'redis-server',
      args: ['--port', String(port), '--dir', folder, ...flags, ...(options.words ?? [])],
    }),
    endpoint: (port) => ({ host: '127.0.0.1', port }),
    ready: (port) => firstBytes(port, (bytes) => /^\+PONG|^-NOAUTH/.test(bytes.toString('latin1')), 'PING\r\n'),
  });
}

/** The folder of one server, and its guard. */
async function place(name: string, options: ServerOptions): Promise<{ folder: string; guard: Guard; graceMs: number }> {
  const guard = options.guard ?? startGuard();
  if (options.folder !== undefined) {
    mkdirSync(options.folder, { recursive: true });
    return { folder: options.folder, guard, graceMs: 20_000 };
  }
  const folder = await mkdtemp(join(tmpdir(), `moondesk-${name}-`));
  guard.folder(folder);
  return { folder, guard, graceMs: 0 };
}
