import { changes } from '../../kit/changes.js';
import { cardChange } from './action.js';
import { bind } from './bind.js';
import { reissue } from './reissue.js';
import { renew } from './renew.js';
import { revoke } from './revoke.js';
import { expireStale } from './expire-stale.js';
import { unbind } from './unbind.js';

export { expireStaleCards } from './expire-stale.js';

/** Changes of card keys. */
export const { handlers: changeHandlers, steps: changeSteps } = changes({
  'cards.bind': bind,
  'cards.unbind': cardChange(unbind),
  'cards.renew': renew,
  'cards.revoke': cardChange(revoke),
  'cards.reissue': cardChange(reissue),
  'cards.sweep': cardChange(expireStale),
});
