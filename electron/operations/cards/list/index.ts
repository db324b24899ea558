import type { Handlers } from '../../context.js';
import { getCard } from './details.js';
import { findCard } from './find.js';
import { cardsQuery } from './list.js';
import { revealCards } from './reveal.js';
import { cardStats } from './stats.js';

/** Lists and searches card keys. */
export const listHandlers = {
  'cards.list': cardsQuery.list,
  'cards.count': cardsQuery.count,
  'cards.get': getCard,
  'cards.find': findCard,
  'cards.stats': cardStats,
  'cards.reveal': revealCards,
} satisfies Partial<Handlers>;
