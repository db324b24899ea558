import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The folder with this user's connections and views, for both the window and the terminal. `MOONDESK_DATA` sets another
 * folder.
 */
export function dataFolder(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string {
  const given = environment['MOONDESK_DATA'];
  if (given !== undefined && given !== '') return resolve(given);
  return join(configFolder(environment, platform, home), 'moondesk');
}

function configFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string {
  const xdg = environment['XDG_CONFIG_HOME'];
  if (xdg !== undefined && xdg !== '') return xdg;
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  if (platform === 'win32') return environment['APPDATA'] ?? join(home, 'AppData', 'Roaming');
  return join(home, '.config');
}
