import { Refusal } from '../contract/errors.js';
import type { Failure } from '../contract/envelope.js';
import { type Language, translate } from '../contract/text.js';
import { exitCodes } from './exit.js';
import { sayRaw } from './output.js';
import { printableJson, printableLines } from './printable.js';
import { CallFailed } from './session.js';

/**
 * Writes to standard error why something failed; returns the exit code. With `json`, for programs, also every wrong
 * field of an input; people are told the first one by the hint.
 */
export function complain(error: unknown, language: Language, json = false): number {
  if (error instanceof CallFailed) {
    const { details, ...failure } = error.failure;
    return told({ ...failure, details: json ? details : withoutFields(details) });
  }
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

function withoutFields(details: unknown): unknown {
  if (typeof details !== 'object' || details === null || !('fields' in details)) return details;
  const rest = Object.entries(details).filter(([name]) => name !== 'fields');
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
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
