import type { HandlersOf } from '../context.js';
import { statusOf } from './status.js';

export const healthHandlers = {
  'health.lamps': (_input, { site, say }) => statusOf(site, say),
} satisfies HandlersOf<'health'>;
