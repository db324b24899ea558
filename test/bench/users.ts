import type { Engine } from '../sandbox/index.js';
import { benchIpc } from './ipc.js';
import { benchBan } from './users-ban.js';
import { benchLists } from './users-list.js';

/** The figures of the users page: lists on a million users, bans on twenty thousand, and the cost of the bridge. */
export async function run(engine: Engine): Promise<void> {
  await benchIpc();
  await benchLists(engine);
  await benchBan(engine);
}
