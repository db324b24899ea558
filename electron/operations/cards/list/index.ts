import type { Handlers } from '../../context.js';
import { notYet } from '../not-yet.js';

/** Looking into card keys. */
export const listHandlers = {
  'cards.list': notYet,
  'cards.count': notYet,
  'cards.get': notYet,
  'cards.find': notYet,
  'cards.stats': notYet,
  'cards.reveal': notYet,
} satisfies Pick<Handlers, 'cards.list' | 'cards.count' | 'cards.get' | 'cards.find' | 'cards.stats' | 'cards.reveal'>;
