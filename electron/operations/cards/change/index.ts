import type { Step } from '../../../jobs/step.js';
import { apply, preview, stepOf } from '../../kit/bulk.js';
import type { Handlers } from '../../context.js';
import { cardChange } from './action.js';
import { bind } from './bind.js';
import { reissue } from './reissue.js';
import { renew } from './renew.js';
import { revoke } from './revoke.js';
import { sweep } from './sweep.js';
import { unbind } from './unbind.js';

export { sweepStaleCards } from './sweep.js';

const changes = {
  unbind: cardChange(unbind),
  revoke: cardChange(revoke),
  reissue: cardChange(reissue),
  sweep: cardChange(sweep),
};

/** What happens to card keys: bound, unbound, renewed, revoked, re-issued, swept. */
export const changeHandlers = {
  'cards.bind.preview': (input, context) => preview(bind, input, context),
  'cards.bind': (input, context) => apply(bind, input, context),
  'cards.unbind.preview': (input, context) => preview(changes.unbind, input, context),
  'cards.unbind': (input, context) => apply(changes.unbind, input, context),
  'cards.renew.preview': (input, context) => preview(renew, input, context),
  'cards.renew': (input, context) => apply(renew, input, context),
  'cards.revoke.preview': (input, context) => preview(changes.revoke, input, context),
  'cards.revoke': (input, context) => apply(changes.revoke, input, context),
  'cards.reissue.preview': (input, context) => preview(changes.reissue, input, context),
  'cards.reissue': (input, context) => apply(changes.reissue, input, context),
  'cards.sweep.preview': (input, context) => preview(changes.sweep, input, context),
  'cards.sweep': (input, context) => apply(changes.sweep, input, context),
} satisfies Pick<
  Handlers,
  | 'cards.bind.preview'
  | 'cards.bind'
  | 'cards.unbind.preview'
  | 'cards.unbind'
  | 'cards.renew.preview'
  | 'cards.renew'
  | 'cards.revoke.preview'
  | 'cards.revoke'
  | 'cards.reissue.preview'
  | 'cards.reissue'
  | 'cards.sweep.preview'
  | 'cards.sweep'
>;

/** Steps of the jobs that these start. */
export const changeSteps: readonly Step[] = [
  stepOf(bind),
  stepOf(changes.unbind),
  stepOf(renew),
  stepOf(changes.revoke),
  stepOf(changes.reissue),
  stepOf(changes.sweep),
];
