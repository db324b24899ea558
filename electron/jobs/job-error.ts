import { Refusal } from '../contract/errors.js';
import type { LocalizedText } from '../contract/text.js';

/** Why a job ended early: in both languages if it was refused, else the internal message. */
export type JobError = LocalizedText | string;

export type Translate = (text: LocalizedText) => string;

const longest = 500;

/** With the next step of a refusal; without it if it would not fit the column. */
export function jobErrorOf(error: unknown): JobError {
  if (error instanceof Refusal) {
    const { text, hint } = error;
    const both = hint === undefined ? text : { zh: `${text.zh}。${hint.zh}`, en: `${text.en}. ${hint.en}` };
    return JSON.stringify(both).length <= longest ? both : text;
  }
  return error instanceof Error ? error.message : String(error);
}

/** For a column of 500 characters: JSON of both languages, each cut if need be, or plain text. */
export function writeJobError(reason: JobError): string {
  if (typeof reason === 'string') return reason.slice(0, longest);
  for (let most = longest; ; most -= 20) {
    const text = JSON.stringify({ zh: cut(reason.zh, most), en: cut(reason.en, most) });
    if (text.length <= longest) return text;
  }
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)} …`;
}

export function readJobError(text: string): JobError {
  if (!text.startsWith('{')) return text;
  try {
    const value = JSON.parse(text) as Partial<LocalizedText> | null;
    return typeof value?.zh === 'string' && typeof value.en === 'string' ? { zh: value.zh, en: value.en } : text;
  } catch {
    return text;
  }
}

export function translateJobError(reason: JobError, say: Translate): string {
  return typeof reason === 'string' ? reason : say(reason);
}
