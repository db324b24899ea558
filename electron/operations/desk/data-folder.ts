import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where this machine's user keeps connections and views: one place for the window and the terminal. `MOONDESK_DATA`
 * names another.
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
