import * as z from 'zod';
import type { LocalizedText } from './text.js';

/** The meanings of input fields, for the terminal's help, options and schemas. */
export const meanings = z.registry<LocalizedText>();

/** What a refinement says in both languages: `.refine(isEven, says('须为偶数', 'must be even'))`. */
export function says(zh: string, en: string): { readonly params: Readonly<Record<'zh' | 'en', string>> } {
  return { params: { zh, en } };
}

/**
 * The schema with its meaning in both languages: `means(rowId, '批次编号', 'Id of a batch')`. Returns a copy, so that a
 * shared schema keeps its own meaning. `.optional()` and `.default(…)` keep the meaning.
 */
export function means<S extends z.ZodType>(schema: S, zh: string, en: string): S {
  const copy = schema.clone();
  meanings.add(copy, { zh, en });
  return copy;
}
