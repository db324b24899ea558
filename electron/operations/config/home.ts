import type { EntriesHome } from '../../contract/config.js';
import type { Mode } from '../../data/config/state.js';

/** Where the entries are, as the contract names it. */
export function homeOf(mode: Mode): EntriesHome {
  return mode === 'json' ? 'document' : mode;
}
