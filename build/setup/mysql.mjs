// @ts-check
/**
 * MySQL 9 for the tests, separate from the system: Debian's own packages from `sid`, unpacked into one folder with
 * every library they need, including the loader. Debian's stable releases have only MariaDB.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inDot } from '../lib/paths.mjs';
import { Notice } from '../lib/progress.mjs';
import { attempt, run } from '../lib/run.mjs';
import { hasApt } from './apt.mjs';

/** The folder with the unpacked packages; test/sandbox starts the server from it. */
export const mysqlRoot = inDot('runtime', 'mysql');

/** @returns {boolean} */
export const hasMysql = () => existsSync(join(mysqlRoot, 'complete'));

/** @returns {Promise<string | void>} */
export async function installMysql() {
  if (hasMysql()) return;
  if (process.platform !== 'linux' || !hasApt())
    throw new Notice('MySQL 9 is taken from Debian by apt, which is not here: its tests are skipped.');
  const aside = `${mysqlRoot}.${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  try {
    await download(aside);
    await unpack(aside);
    await trySomething(aside);
    rmSync(join(aside, 'apt'), { recursive: true, force: true });
    writeFileSync(join(aside, 'complete'), '');
    rmSync(mysqlRoot, { recursive: true, force: true });
    renameSync(aside, mysqlRoot);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw new Notice(
      `MySQL 9 could not be had; its tests are skipped. ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return 'from Debian sid, tests only';
}

/** @returns {Promise<string>} the archive that this machine's own Debian packages come from */
async function mirror() {
  const release = /^VERSION_CODENAME=(\S+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const targets = await run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(RELEASE) $(COMPONENT)',
    'Identifier: Packages',
  ]);
  const uri =
    targets
      .split('\n')
      .map((line) => line.split(' '))
      .find(([, suite, component]) => suite === release && component === 'main')?.[0] ?? fromSources(release ?? '');
  if (!uri || !/^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8')))
    throw new Error('No Debian archive stands in the apt sources.');
  return uri;
}

/**
 * The same, read from the files themselves: apt lists nothing before its first update.
 * @param {string} release @returns {string | undefined}
 */
function fromSources(release) {
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []),
  ];
  for (const file of files.filter((name) => /\.(list|sources)$/.test(name) && existsSync(name))) {
    const text = readFileSync(file, 'utf8').replaceAll(/^\s*#.*\n?/gm, '');
    const line = new RegExp(`^deb\\s+(?:\\[[^\\]]*\\]\\s+)?(\\S+)\\s+${release}\\s.*\\bmain\\b`, 'm').exec(text);
    if (line) return line[1];
    for (const stanza of text.split(/\n\s*\n/)) {
      /** @param {string} field */
      const words = (field) => new RegExp(`^${field}:\\s*(.*)$`, 'mi').exec(stanza)?.[1]?.split(/\s+/) ?? [];
      if (words('Suites').includes(release) && words('Components').includes('main')) return words('URIs')[0];
    }
  }
  return undefined;
}

/** @param {string} folder */
async function download(folder) {
  const state = join(folder, 'apt');
  for (const part of [
    'lists/partial',
    'cache/archives/partial',
    'etc/preferences.d',
    'etc/apt.conf.d',
    'etc/sources.list.d',
  ])
    mkdirSync(join(state, part), { recursive: true });
  writeFileSync(join(state, 'status'), '');
  writeFileSync(
    join(state, 'etc/sources.list'),
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${await mirror()} sid main\n`,
  );
  const options = [
    `Dir::State=${state}`,
    `Dir::State::lists=${state}/lists`,
    `Dir::State::status=${state}/status`,
    `Dir::Cache=${state}/cache`,
    `Dir::Etc=${state}/etc`,
    `Dir::Etc::sourcelist=${state}/etc/sources.list`,
    'APT::Install-Recommends=false',
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    // A machine's mirror may be out of date; the signature is checked all the same.
    'Acquire::Check-Valid-Until=false',
    'Debug::NoLocking=true',
  ].flatMap((option) => ['-o', option]);
  await run('apt-get', [...options, 'update', '-qq'], { timeoutMs: 120_000 });
  await run(
    'apt-get',
    [...options, 'install', '-y', '-qq', '--download-only', 'mysql-server-core', 'mysql-client-core'],
    { timeoutMs: 240_000 },
  );
}

/** @param {string} folder */
async function unpack(folder) {
  const archives = join(folder, 'apt', 'cache', 'archives');
  // Directories that are links in a merged /usr must be links before the first package, or the loader and its libraries
  // end up apart.
  await run(
    'sh',
    [
      '-c',
      'mkdir -p usr/lib usr/lib64 usr/bin usr/sbin && ln -s usr/lib lib && ln -s usr/lib64 lib64 && ln -s usr/bin bin && ln -s usr/sbin sbin',
    ],
    { cwd: folder },
  );
  for (const name of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    // Not dpkg -x: it would replace those links by folders.
    await run('sh', [
      '-c',
      'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2" --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale',
      'sh',
      join(archives, name),
      folder,
    ]);
  }
}

/** @param {string} folder */
async function trySomething(folder) {
  const [command = '', ...args] = mysqldCommand(folder);
  const { code, output } = await attempt(command, [...args, '--no-defaults', '--version']);
  if (code !== 0 || !/Ver 9\./.test(output)) throw new Error(`The unpacked server does not run: ${output.trim()}`);
}

/**
 * @param {string} [folder] @returns {string[]} the command of the unpacked server: its own loader, its own libraries
 */
export function mysqldCommand(folder = mysqlRoot) {
  const arch = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const loader = process.arch === 'arm64' ? 'usr/lib/ld-linux-aarch64.so.1' : 'usr/lib64/ld-linux-x86-64.so.2';
  return [
    join(folder, loader),
    '--library-path',
    join(folder, `usr/lib/${arch}-linux-gnu`),
    join(folder, 'usr/sbin/mysqld'),
  ];
}
