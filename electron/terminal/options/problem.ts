import { Refusal } from '../../contract/errors.js';

/** The refusal of an option's value. */
export function wrongOption(name: string, zh: string, en: string, cause?: unknown): Refusal {
  return new Refusal('invalid_input', { zh: `--${name}：${zh}`, en: `--${name}: ${en}` }, { cause });
}
