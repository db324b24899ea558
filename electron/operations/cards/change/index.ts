import type { Step } from '../../../jobs/step.js';
import type { Handlers } from '../../context.js';
import { notYet } from '../not-yet.js';

/** What happens to card keys: bound, unbound, renewed, revoked, re-issued, swept. */
export const changeHandlers = {
  'cards.bind.preview': notYet,
  'cards.bind': notYet,
  'cards.unbind.preview': notYet,
  'cards.unbind': notYet,
  'cards.renew.preview': notYet,
  'cards.renew': notYet,
  'cards.revoke.preview': notYet,
  'cards.revoke': notYet,
  'cards.reissue.preview': notYet,
  'cards.reissue': notYet,
  'cards.sweep.preview': notYet,
  'cards.sweep': notYet,
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
export const changeSteps: readonly Step[] = [];
