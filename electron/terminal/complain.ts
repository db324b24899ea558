import { Refusal } from '../contract/errors.js';
import type { Failure } from '../contract/envelope.js';
import { type Language, translate } from '../contract/text.js';
import { exitCodes } from './exit.js';
import { sayRaw } from './output.js';
import { printableJson, printableLines } from './printable.js';
import { CallFailed } from './session.js';

/** Writes to standard error why something failed; returns the exit code. */
export function complain(error: unknown, language: Language): number {
  if (error instanceof CallFailed) return told(error.failure);
  if (error instanceof Refusal)
    return told({
      code: error.code,
      message: translate(error.text, language),
      ...(error.hint === undefined ? {} : { hint: translate(error.hint, language) }),
    });
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  sayRaw(`moondesk: ${printableLines(text)}\n`);
  return exitCodes.internal;
}

function told({ code, message, hint, details }: Failure): number {
  const lines = [
    `moondesk: ${printableLines(message)} [${code}]`,
    ...(hint === undefined ? [] : [`  ${printableLines(hint)}`]),
    ...(details === undefined ? [] : [`  ${printableJson(JSON.stringify(details))}`]),
  ];
  sayRaw(`${lines.join('\n')}\n`);
  return exitCodes[code];
}
