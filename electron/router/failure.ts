import { randomUUID } from 'node:crypto';
import { Refusal } from '../contract/errors.js';
import type { Failure } from '../contract/envelope.js';
import { type Language, translate } from '../contract/text.js';
import { isAnswer, refusalOf } from '../data/mysql/errors.js';
import type { Log } from './log.js';

/** The error as the user sees it. An unexpected one becomes `internal`, with a reference to the log. */
export function failureOf(thrown: unknown, language: Language, log: Log, operation: string): Failure {
  // Connections outside of the pool throw what the server said.
  const error = isAnswer(thrown) ? refusalOf(thrown) : thrown;
  if (error instanceof Refusal) {
    return {
      code: error.code,
      message: translate(error.text, language),
      ...(error.hint === undefined ? {} : { hint: translate(error.hint, language) }),
      ...(error.details === undefined ? {} : { details: error.details }),
    };
  }
  const reference = randomUUID().slice(0, 8);
  log.error({ err: error, operation, reference }, 'unexpected error');
  return {
    code: 'internal',
    message: translate(
      { zh: '出现意外错误，未保留任何半成品', en: 'Something unexpected went wrong; nothing half-done was kept' },
      language,
    ),
    hint: translate({ zh: `日志中的编号是 ${reference}。`, en: `Look for ${reference} in the log.` }, language),
    details: { reference },
  };
}
