import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { cp, rename, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { inDot } from '../../build/lib/paths.mjs';
import { attempt, run, which } from '../../build/lib/run.mjs';
import { mysqlRoot, mysqldCommand } from '../../build/setup/mysql.mjs';
import type { Engine } from './types.js';

/** Not secret on this machine: the servers listen on the loopback interface and hold invented data. */
export const account = { user: 'moondesk', password: 'moondesk' };

const asUser = process.getuid?.() === 0 ? ['--user=root'] : [];

/** The program of an engine with the arguments that every start needs. */
export function serverCommand(engine: Engine): string[] {
  if (engine === 'mysql') {
    return [
      ...mysqldCommand(),
      '--no-defaults',
      `--basedir=${join(mysqlRoot, 'usr')}`,
      `--lc-messages-dir=${join(mysqlRoot, 'usr/share/mysql')}`,
      `--character-sets-dir=${join(mysqlRoot, 'usr/share/mysql/charsets')}`,
      '--mysqlx=OFF',
      '--secure-file-priv=NULL',
      ...asUser,
    ];
  }
  const program = which('mariadbd');
  if (!program) throw new Error('mariadbd is not installed: `npm test` or `npm start` installs it.');
  return [program, '--no-defaults', ...asUser];
}

/** A fresh data folder. It is initialised once per version of the server; after that it is copied. */
export async function createDataFolder(engine: Engine, target: string): Promise<void> {
  const template = await templateOf(engine);
  await cp(template, target, {
    recursive: true,
    mode: 2 /* COPYFILE_FICLONE: shares blocks if the file system can */,
  });
  // MySQL's id of the server: each has one of its own, or none could follow another.
  rmSync(join(target, 'auto.cnf'), { force: true });
}

const templates = new Map<Engine, Promise<string>>();

function templateOf(engine: Engine): Promise<string> {
  const known = templates.get(engine) ?? makeTemplate(engine);
  templates.set(engine, known);
  return known;
}

async function makeTemplate(engine: Engine): Promise<string> {
  const [program = '', ...args] = serverCommand(engine);
  const { output } = await attempt(program, [...args, '--version']);
  const template = inDot('cache', `${engine}-${createHash('sha256').update(output.trim()).digest('hex').slice(0, 12)}`);
  if (existsSync(template)) return template;
  const aside = `${template}.${process.pid}`;
  mkdirSync(aside, { recursive: true });
  try {
    if (engine === 'mysql') {
      await run(program, [...args, '--initialize-insecure', `--datadir=${aside}`, '--innodb-redo-log-capacity=16M'], {
        timeoutMs: 120_000,
      });
    } else {
      await initialiseMariadb(aside);
    }
    // The server's first statements create the account; on later starts they do nothing.
    await writeFile(join(aside, 'init.sql'), accountSql(engine));
    await rename(aside, template).catch((error: unknown) => {
      if (!existsSync(template)) throw error;
    });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return template;
}

async function initialiseMariadb(folder: string): Promise<void> {
  const program = which('mariadb-install-db') ?? which('mysql_install_db');
  if (!program) throw new Error('mariadb-install-db is not installed.');
  const options = [
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    '--innodb-log-file-size=16M',
  ];
  await run(program, ['--no-defaults', `--datadir=${folder}`, ...asUser, ...options], { timeoutMs: 120_000 });
}

function accountSql(engine: Engine): string {
  const name = `'${account.user}'@'%'`;
  return [
    `CREATE USER IF NOT EXISTS ${name} IDENTIFIED BY '${account.password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${name} WITH GRANT OPTION;`,
    ...(engine === 'mysql' ? [] : ['FLUSH PRIVILEGES;']),
    '',
  ].join('\n');
}

export type Settings = Record<string, string | number | boolean>;

/** Settings for tests: small and fast, but with the guarantees of a real site. */
export function settingsFor(engine: Engine): Settings {
  const shared = {
    bind_address: '127.0.0.1',
    skip_name_resolve: true,
    local_infile: 'ON',
    character_set_server: 'utf8mb4',
    collation_server: 'utf8mb4_unicode_ci',
    default_time_zone: '+00:00',
    max_connections: 250,
    performance_schema: 'ON',
    innodb_buffer_pool_size: '192M',
  };
  if (engine === 'mysql') return { ...shared, innodb_redo_log_capacity: '256M', skip_log_bin: true };
  return { ...shared, innodb_log_file_size: '256M', skip_log_bin: true };
}

/** Settings as command-line arguments. A value of false omits the switch. */
export function asArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const option = `--${name.replaceAll('_', '-')}`;
    if (value === false) return [];
    return [value === true ? option : `${option}=${value}`];
  });
}
