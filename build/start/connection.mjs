// @ts-check
/** Whether the console has a connection. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** @returns {string} the file with the saved connections */
export function connectionsFile() {
  const base =
    process.env.XDG_CONFIG_HOME ||
    (process.platform === 'darwin' && join(homedir(), 'Library', 'Application Support')) ||
    (process.platform === 'win32' && process.env.APPDATA) ||
    join(homedir(), '.config');
  return join(base, 'moondesk', 'connections.json');
}

/** @returns {boolean} whether a connection is in the environment or was saved */
export function hasConnection() {
  if (process.env.MYSQL_HOST) return true;
  try {
    const saved = JSON.parse(readFileSync(connectionsFile(), 'utf8'));
    const list = Array.isArray(saved) ? saved : (saved?.connections ?? saved?.profiles ?? []);
    return Array.isArray(list) ? list.length > 0 : Object.keys(list).length > 0;
  } catch {
    return false;
  }
}
