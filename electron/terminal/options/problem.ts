import { Refusal } from '../../contract/errors.js';

/** An option that cannot be taken as it was given. */
export function wrongOption(name: string, zh: string, en: string, cause?: unknown): Refusal {
  return new Refusal('invalid_input', { zh: `--${name}：${zh}`, en: `--${name}: ${en}` }, { cause });
}
