import { createHash } from 'node:crypto';
import { Refusal } from '../contract/errors.js';
import type { ChangeDraft, ChangeOutcome } from './change.js';
import type { Sql } from './mysql/database.js';
import { errorNumber } from './mysql/errors.js';
import type { Site } from './site.js';

/** What is asked for, without what was seen before asking: the same ban previewed again has another fingerprint and is the same ban. */
export function intentionOf(input: unknown): string {
  const intention = typeof input === 'object' && input !== null ? { ...input, fingerprint: undefined } : input;
  return createHash('sha256').update(JSON.stringify(intention)).digest('hex');
}

/** The key of this change was used before. */
export class KeyTaken extends Error {}

/** Takes the key for this change, in its transaction. Throws KeyTaken. */
export async function takeKey(tx: Sql, draft: ChangeDraft, inputHash: string, auditId: string): Promise<void> {
  try {
    await tx.run(
      'INSERT INTO console_idempotency (idempotency_key, operator, operation, input_hash, audit_id, created_at) VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(3))',
      [draft.idempotencyKey ?? '', draft.author.operator, draft.operation, inputHash, auditId],
    );
  } catch (error) {
    if (errorNumber(error) === 1062) throw new KeyTaken();
    throw error;
  }
}

/** The first answer under this key, again. Throws conflict where it was for something else. */
export async function repeat<T>(site: Site, draft: ChangeDraft, inputHash: string): Promise<ChangeOutcome<T>> {
  const [row] = await site.db.rows<{
    operator: string;
    operation: string;
    input_hash: string;
    audit_id: string;
    answer: string | null;
  }>('SELECT operator, operation, input_hash, audit_id, answer FROM console_idempotency WHERE idempotency_key = ?', [
    draft.idempotencyKey ?? '',
  ]);
  if (
    row === undefined ||
    row.answer === null ||
    row.operation !== draft.operation ||
    row.operator !== draft.author.operator ||
    row.input_hash !== inputHash
  ) {
    throw new Refusal(
      'conflict',
      { zh: '这个幂等键已用于另一次操作', en: 'This idempotency key was used for something else' },
      {
        hint: { zh: '为新的操作换一个键。', en: 'Use a new key for a new intention.' },
      },
    );
  }
  return { value: JSON.parse(row.answer) as T, auditId: row.audit_id, repeated: true };
}
