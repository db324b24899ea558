import type { HandlersOf } from '../context.js';
import { lampsOf } from './lamps.js';

export const healthHandlers = {
  'health.lamps': (_input, { site, say }) => lampsOf(site, say),
} satisfies HandlersOf<'health'>;
