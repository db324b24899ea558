import { createHash, randomBytes } from 'node:crypto';
import type { OtherName } from '../../contract/common.js';
import { Refusal } from '../../contract/errors.js';
import type { Author, Change } from '../../data/write/change.js';
import { errorNumber } from '../../data/mysql/errors.js';

/** Hexadecimal digits of a fingerprint that say what was previewed: how many change, then a hash. What follows tells one preview from the next. */
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
 * What was asked for apart from the things it is done to, as text: what was previewed is not confirmed as something else. Everything that a
 * preview shows of it is in there, also a reason, a note and an end, and names that were typed otherwise than they are stored.
 */
export function intentOf(input: object, others: readonly OtherName[] = []): string {
  return JSON.stringify([{ ...input, who: undefined, pairs: undefined, fingerprint: undefined }, others]);
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
 * Takes a preview for this change, in its transaction: whoever confirms it a second time waits until the first has ended and is refused.
 * A first one that is taken back leaves the preview free. Throws conflict, and stale_preview for what no preview has answered.
 */
export async function confirmOnce(
  { tx, auditId }: Change,
  operation: string,
  author: Author,
  fingerprint: string,
): Promise<void> {
  // Cut short or lengthened it would be another one each time.
  if (fingerprint.length !== stateDigits + 2 * markBytes) throw stalePreview();
  try {
    await tx.run(
      `INSERT INTO console_idempotency (idempotency_key, operator, operation, input_hash, audit_id, created_at)
       VALUES (?, ?, ?, '', ?, UTC_TIMESTAMP(3))`,
      // A caller's own keys have no tilde: the two never meet.
      [`~${fingerprint}`, author.operator, operation, auditId],
    );
  } catch (error) {
    if (errorNumber(error) !== 1062) throw error;
    throw new Refusal(
      'conflict',
      { zh: '这份预览已经确认过，没有重复执行', en: 'This preview was confirmed before; nothing was done twice' },
      {
        hint: { zh: '如需再做一次，请重新预览。', en: 'Preview again if more is to be done.' },
        cause: error,
      },
    );
  }
}

/** The refusal of a change whose things are no longer as they were shown. */
export function stalePreview(): Refusal {
  return new Refusal(
    'stale_preview',
    { zh: '预览之后数据已有变化', en: 'Things are no longer as the preview showed them' },
    { hint: { zh: '重新预览再确认。', en: 'Preview again, then confirm.' } },
  );
}
