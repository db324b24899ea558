import { type ErrorCode, errorCodes, Refusal } from '../contract/errors.js';
import type { LocalizedText } from '../contract/text.js';

/** A refusal's text. What was stored by an earlier version has no code. */
interface CodedText extends LocalizedText {
  readonly code?: ErrorCode;
}

/** Why a job ended early: in both languages and with its code if it was refused, else the internal message. */
export type JobError = CodedText | string;

export type Translate = (text: LocalizedText) => string;

const longest = 500;

/** With the next step of a refusal; without it if it would not fit the column. */
export function jobErrorOf(error: unknown): JobError {
  if (error instanceof Refusal) {
    const { code, text, hint } = error;
    const both = hint === undefined ? text : { zh: `${text.zh}。${hint.zh}`, en: `${text.en}. ${hint.en}` };
    const whole = { code, ...both };
    return JSON.stringify(whole).length <= longest ? whole : { code, ...text };
  }
  return error instanceof Error ? error.message : String(error);
}

/** For a column of 500 characters: JSON of the code and both languages, each cut if need be, or plain text. */
export function writeJobError(reason: JobError): string {
  if (typeof reason === 'string') return reason.slice(0, longest);
  for (let most = longest; ; most -= 20) {
    const text = JSON.stringify({ code: reason.code, zh: cut(reason.zh, most), en: cut(reason.en, most) });
    if (text.length <= longest) return text;
  }
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)} …`;
}

export function readJobError(text: string): JobError {
  if (!text.startsWith('{')) return text;
  try {
    const value = JSON.parse(text) as { readonly [K in keyof CodedText]?: unknown } | null;
    if (typeof value?.zh !== 'string' || typeof value.en !== 'string') return text;
    const code = errorCodes.find((each) => each === value.code);
    return { ...(code === undefined ? {} : { code }), zh: value.zh, en: value.en };
  } catch {
    return text;
  }
}

/** What kind of failure it was; null if it was unexpected, or stored without its code. */
export function codeOfJobError(reason: JobError): ErrorCode | null {
  return typeof reason === 'string' ? null : (reason.code ?? null);
}

export function translateJobError(reason: JobError, say: Translate): string {
  return typeof reason === 'string' ? reason : say(reason);
}
