// @ts-check
/** The official Electron: the binary that the `electron` package downloads for its own version. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { inRoot } from '../lib/paths.mjs';
import { attempt } from '../lib/run.mjs';
import { hash, readStamp, stampAge, writeStamp } from '../lib/stamps.mjs';

const folder = inRoot('node_modules', 'electron');
const day = 24 * 60 * 60_000;

/** @returns {string | null} the executable, if it has been downloaded for the package's version */
export function officialElectron() {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (
      readFileSync(join(folder, 'dist', 'version'), 'utf8')
        .replace(/^v/, '')
        .trim() !== version
    )
      return null;
    const name = readFileSync(join(folder, 'path.txt'), 'utf8');
    return isAbsolute(name) ? null : join(folder, 'dist', name);
  } catch {
    return null;
  }
}

/**
 * Tries to download the binary; a failure is remembered for a day. @returns {Promise<string | null>} why it failed, or
 * null
 */
export async function fetchOfficialElectron() {
  if (officialElectron()) return null;
  const subject = hash(readFileSync(join(folder, 'package.json')), process.env.ELECTRON_MIRROR ?? '');
  const [stamp, reason = ''] = (readStamp('electron-official') ?? '').split('\n');
  if (stamp === subject && stampAge('electron-official') < day) return `${reason} (tried within the last day)`;
  const why = await install();
  if (why) writeStamp('electron-official', `${subject}\n${why}`);
  return why;
}

/** @returns {Promise<string | null>} */
async function install() {
  // The installer prints nothing while it downloads, so the limit is on the whole; it is generous to slow lines only if
  // the host answers.
  const limit = Number(process.env.MOONDESK_ELECTRON_TIMEOUT_S ?? 0) * 1000;
  const reachable = await attempt(process.execPath, ['-e', probe], { timeoutMs: 8_000 }).catch(() => ({ code: 1 }));
  if (reachable.code !== 0 && !process.env.ELECTRON_MIRROR) return 'its host cannot be reached';
  const result = await attempt(process.execPath, [join(folder, 'install.js')], { timeoutMs: limit || 240_000 }).catch(
    () => null,
  );
  if (officialElectron()) return null;
  return result ? 'its download failed' : 'its download took too long';
}

/**
 * Requests the head of the release and follows its redirect to the binary; fails at once if a name cannot be resolved.
 */
const probe = `
  const { version } = require('electron/package.json');
  const name = 'electron-v' + version + '-' + process.platform + '-' + process.arch + '.zip';
  const { repository } = require('electron/package.json');
  const url = (typeof repository === 'string' ? repository : repository.url).replace(/^git\\+/, '').replace(/\\.git$/, '') + '/releases/download/v' + version + '/' + name;
  fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(7000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1));
`;
