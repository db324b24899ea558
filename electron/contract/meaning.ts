import * as z from 'zod';
import type { LocalizedText } from './text.js';

/** What the fields of the inputs mean, for the help, the options and the schema of the terminal. */
export const meanings = z.registry<LocalizedText>();

/**
 * The schema with its meaning in both languages: `means(rowId, '批次编号', 'A batch’s id')`. A copy, so that a shared
 * schema keeps its own; `.optional()` and `.default(…)` keep it.
 */
export function means<S extends z.ZodType>(schema: S, zh: string, en: string): S {
  const copy = schema.clone();
  meanings.add(copy, { zh, en });
  return copy;
}
