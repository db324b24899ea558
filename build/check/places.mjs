// @ts-check
/** No file of the repository may name a folder of a developer's machine, or the host of a package registry. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inRoot, root } from '../lib/paths.mjs';
import { run, which } from '../lib/run.mjs';

const folders = /(?<![\w.:/}*-])\/(?:work|root|home|Users)\/[\w.-]+/;
const publicHosts =
  /registry\.npmjs\.org|registry\.npmmirror\.com|registry\.yarnpkg\.com|(?:deb|ftp|security|snapshot)\.debian\.org|pypi\.org/;

/** @returns {RegExp | null} the package hosts of this machine; they are read here and written nowhere */
function hostsOfThisMachine() {
  const texts = [process.env.npm_config_registry ?? ''];
  const sources = '/etc/apt/sources.list.d';
  if (existsSync(sources))
    for (const name of readdirSync(sources)) texts.push(readFileSync(join(sources, name), 'utf8'));
  if (existsSync('/etc/apt/sources.list')) texts.push(readFileSync('/etc/apt/sources.list', 'utf8'));
  const hosts = texts.flatMap((text) =>
    [...text.matchAll(/https?:\/\/(?:[^@/\s]+@)?([\w.-]+)/g)].map((match) => match[1] ?? ''),
  );
  const unique = [...new Set(hosts)].filter((host) => host.length > 4 && host !== 'localhost' && host !== '127.0.0.1');
  return unique.length > 0 ? new RegExp(unique.map((host) => host.replaceAll('.', '\\.')).join('|')) : null;
}

/** @returns {string[]} the repository's files if git cannot list them: all except generated ones */
function everyFile() {
  const made = /^(?:node_modules|out|\.moondesk|\.git)(?:[\\/]|$)/;
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !made.test(file));
}

/** @returns {Promise<string[]>} the offending lines */
export async function namedPlaces() {
  const own = hostsOfThisMachine();
  const files = which('git')
    ? (await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])).split('\0')
    : everyFile();
  return files
    .filter((file) => file && !/\.(png|jpe?g|ico|icns|woff2?|gz|zip)$/.test(file) && existsSync(inRoot(file)))
    .flatMap((file) => {
      const lines = readFileSync(inRoot(file), 'utf8').split('\n');
      return lines.flatMap((line, at) => {
        const what =
          folders.exec(line)?.[0] ?? publicHosts.exec(line)?.[0] ?? (own?.test(line) ? 'a host of this machine' : null);
        return what ? [`${file}:${at + 1}: ${what}`] : [];
      });
    });
}
