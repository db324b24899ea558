import { Refusal } from '../../contract/errors.js';

/** Answers for an operation that this version announces but does not have yet. */
export function notYet(): Promise<never> {
  return Promise.reject(
    new Refusal('unsupported', { zh: '此版本还没有这项功能', en: 'This version does not have this yet' }),
  );
}
