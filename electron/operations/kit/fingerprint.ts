import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { OtherName } from '../../contract/common.js';
import { Refusal } from '../../contract/errors.js';
import { contract, type OperationName } from '../../contract/index.js';
import type { Definition } from '../../contract/operation.js';

/**
 * Hexadecimal digits of a fingerprint that say what was previewed: how many change, then a hash. What follows tells one
 * preview from the next.
 */
const stateDigits = 40;
const markBytes = 11;

/** How many would change, then a hash over what the change rests on and what was asked for. */
export function fingerprintOf(operation: string, changed: number, state: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([operation, changed, ...state]))
    .digest('hex');
  return changed.toString(16).padStart(8, '0') + hash.slice(0, stateDigits - 8);
}

/** How many would change, as a fingerprint says: known before the transaction that checks it. */
export function changedBy(fingerprint: string): number {
  return Number.parseInt(fingerprint.slice(0, 8), 16);
}

/**
 * What was asked for apart from the things it is done to, as text: what was previewed is not confirmed as something
 * else. Everything that the operation's preview takes is in there, also a reason, a note and an end, and names that
 * were typed otherwise than they are stored. What only the change itself takes is not: nobody was shown it.
 */
export function intentOf(operation: string, input: object, others: readonly OtherName[] = []): string {
  const asked = Object.entries(input).filter(([field]) => previewTakes(operation, field));
  return `${operation} ${JSON.stringify([{ ...Object.fromEntries(asked), who: undefined, pairs: undefined }, others])}`;
}

function previewTakes(operation: string, field: string): boolean {
  const { input }: Definition = contract[`${operation}.preview` as OperationName];
  return input instanceof z.ZodObject && Object.hasOwn(input.shape, field);
}

/** The fingerprint of one preview: two previews of the same state differ, and each is confirmed once at most. */
export function markPreview(state: string): string {
  return state + randomBytes(markBytes).toString('hex');
}

/** True where a fingerprint was made of this state. */
export function isOf(fingerprint: string, state: string): boolean {
  return fingerprint.length === stateDigits + 2 * markBytes && fingerprint.startsWith(state);
}

/**
 * What a change says of the preview that it confirms (`confirms`). Throws stale_preview for what no preview has
 * answered.
 */
export function confirming(fingerprint: string): string {
  // Cut short or lengthened it would be another one each time.
  if (fingerprint.length !== stateDigits + 2 * markBytes) throw stalePreview();
  return fingerprint;
}

/** The refusal of a change whose things are no longer as they were shown. */
export function stalePreview(): Refusal {
  return new Refusal(
    'stale_preview',
    { zh: '预览之后数据已有变化', en: 'Things are no longer as the preview showed them' },
    { hint: { zh: '重新预览再确认。', en: 'Preview again, then confirm.' } },
  );
}
