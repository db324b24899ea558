import { Refusal } from '../contract/errors.js';
import type { Text } from '../contract/text.js';

/** Why a job ended early: in both languages where it was refused, else what the inside said. */
export type Reason = Text | string;

export type Say = (text: Text) => string;

const longest = 500;

export function reasonOf(error: unknown): Reason {
  if (error instanceof Refusal) return error.text;
  return error instanceof Error ? error.message : String(error);
}

/** For a column of 500 characters: JSON of both languages, or plain text. */
export function writeReason(reason: Reason): string {
  if (typeof reason === 'string') return reason.slice(0, longest);
  const text = JSON.stringify(reason);
  return text.length <= longest ? text : reason.zh.slice(0, longest);
}

export function readReason(text: string): Reason {
  if (!text.startsWith('{')) return text;
  try {
    const value = JSON.parse(text) as Partial<Text> | null;
    return typeof value?.zh === 'string' && typeof value.en === 'string' ? { zh: value.zh, en: value.en } : text;
  } catch {
    return text;
  }
}

export function sayReason(reason: Reason, say: Say): string {
  return typeof reason === 'string' ? reason : say(reason);
}
