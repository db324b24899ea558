// @ts-check
/** Sets up a machine: everything that `npm start` and `npm test` need, and nothing twice. */
import { Progress } from '../lib/progress.mjs';
import { installElectron } from './electron.mjs';
import { installMysql } from './mysql.mjs';
import { installNodeModules } from './node-modules.mjs';
import { installOpenssh } from './openssh.mjs';
import { installSystemPackages } from './system-packages.mjs';

/**
 * @typedef {object} Ready
 * @property {boolean} servers whether MariaDB and Redis are on the machine itself (otherwise Docker Compose provides
 *   them)
 * @property {boolean} mysql whether MySQL 9 is here, if it was requested
 */

/**
 * Sets up what is missing. Independent downloads run at the same time.
 * @param {{ mysql?: boolean, steps?: number }} [options] `steps`: how many further steps the caller will print
 * @returns {Promise<{ ready: Ready, progress: Progress }>}
 */
export async function setUp({ mysql = false, steps = 0 } = {}) {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new Error(`Node 20 or newer is needed; this is ${process.version}.`);
  const progress = new Progress((mysql ? 5 : 3) + steps);
  const nodeModules = progress.step('Node modules', installNodeModules);
  const system = progress.step('MariaDB, Redis, virtual display, libraries, fonts', installSystemPackages);
  // Two runs of apt would wait for each other's lock only with a shared state folder; these have separate ones.
  const sid = mysql ? progress.step('MySQL 9', installMysql) : Promise.resolve(false);
  // Both update the machine's own lists, so one after the other.
  const ssh = mysql ? system.then(() => progress.step('SSH server', installOpenssh)) : Promise.resolve(false);
  // Electron's package is in node_modules, and the pinned archive needs unzip.
  const electron = Promise.all([nodeModules, system]).then(() => progress.step('Electron', installElectron));
  const all = [nodeModules, system, sid, ssh, electron];
  // Waits for all of them, so that no install keeps running after the error message.
  await Promise.allSettled(all);
  await Promise.all(all);
  return { ready: { servers: await system, mysql: await sid }, progress };
}
