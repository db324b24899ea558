import type { LocalizedText } from './text.js';

/** Every way a call can fail. The renderer and the terminal decide by the code, never by the message. */
export const errorCodes = [
  'invalid_input',
  'unauthenticated',
  'forbidden',
  'read_only',
  'not_found',
  'conflict',
  'stale_preview',
  'unavailable',
  'timeout',
  'cancelled',
  'unsupported',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface RefusalOptions {
  /** What the user can do next. */
  readonly hint?: LocalizedText;
  /** Plain data for the caller: field errors, row conflicts. Crosses the bridge, so it must hold no secrets. */
  readonly details?: unknown;
  readonly cause?: unknown;
}

/** An expected failure, with a code and a message in both languages. Any other thrown error becomes `internal`. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly text: LocalizedText;
  readonly hint: LocalizedText | undefined;
  readonly details: unknown;

  constructor(code: ErrorCode, text: LocalizedText, options: RefusalOptions = {}) {
    super(text.en, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Refusal';
    this.code = code;
    this.text = text;
    this.hint = options.hint;
    this.details = options.details;
  }
}
