import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { OtherName } from '../../contract/common.js';
import { Refusal } from '../../contract/errors.js';
import { contract, type OperationName } from '../../contract/index.js';
import type { Definition } from '../../contract/operation.js';

/**
 * Length of the part of a fingerprint that describes the preview, in hexadecimal digits: how many things change, then a
 * hash. The rest makes each preview different.
 */
const stateDigits = 40;
const markBytes = 11;

/** How many things would change, then a hash over the state that the change depends on and over the input. */
export function fingerprintOf(operation: string, changed: number, state: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([operation, changed, ...state]))
    .digest('hex');
  return changed.toString(16).padStart(8, '0') + hash.slice(0, stateDigits - 8);
}

/** How many things would change, read from the fingerprint. So it is known before the transaction that checks it. */
export function changedBy(fingerprint: string): number {
  return Number.parseInt(fingerprint.slice(0, 8), 16);
}

/**
 * The input without the targets, as text, so that a preview is not confirmed as something else. It contains every field
 * that the operation's preview takes, also a reason, a note and an expiry, and names that were typed differently from
 * how they are stored. It does not contain fields that only the change itself takes: no preview showed them.
 */
export function intentOf(operation: string, input: object, others: readonly OtherName[] = []): string {
  const asked = Object.entries(input).filter(([field]) => previewTakes(operation, field));
  return `${operation} ${JSON.stringify([{ ...Object.fromEntries(asked), who: undefined, pairs: undefined }, others])}`;
}

function previewTakes(operation: string, field: string): boolean {
  const { input }: Definition = contract[`${operation}.preview` as OperationName];
  return input instanceof z.ZodObject && Object.hasOwn(input.shape, field);
}

/** The fingerprint of one preview. Two previews of the same state differ, and each can be confirmed only once. */
export function markPreview(state: string): string {
  return state + randomBytes(markBytes).toString('hex');
}

/** True if a fingerprint was made from this state. */
export function isOf(fingerprint: string, state: string): boolean {
  return fingerprint.length === stateDigits + 2 * markBytes && fingerprint.startsWith(state);
}

/** The value for `confirms` of a change. Throws stale_preview for a fingerprint that no preview returned. */
export function confirming(fingerprint: string): string {
  // With another length it would count as another preview, which could be confirmed again.
  if (fingerprint.length !== stateDigits + 2 * markBytes) throw stalePreview();
  return fingerprint;
}

/** The refusal of a change whose things are no longer as shown. */
export function stalePreview(): Refusal {
  return new Refusal(
    'stale_preview',
    { zh: '预览之后数据已有变化', en: 'Things are no longer as the preview showed them' },
    { hint: { zh: '重新预览再确认。', en: 'Preview again, then confirm.' } },
  );
}
