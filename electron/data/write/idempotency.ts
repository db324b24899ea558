import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import type { ChangeDraft, ChangeOutcome } from './audited-change.js';
import type { Sql } from '../mysql/database.js';
import { errorNumber } from '../mysql/errors.js';
import type { Site } from '../site.js';

/** The caller's key for one call, and everything that is asked for under it. */
export interface Idempotency {
  readonly key: string;
  /** The input with its secrets. It is compared by a hash, and never stored. */
  readonly asked: unknown;
}

/** A key, and the hash that its row stores. */
export interface Claim {
  readonly key: string;
  readonly hash: string;
}

/** The key of this change was used before, or its preview was confirmed before. */
export class KeyTaken extends Error {}

/**
 * The key of a change with its hash, ready for its row; null if it has no key. Call it before the transaction, because
 * the hash of an input with secrets takes time.
 */
export async function claimOf(draft: ChangeDraft): Promise<Claim | null> {
  if (draft.idempotency === undefined) return null;
  const { key } = draft.idempotency;
  return { key, hash: holdsSecrets(draft) ? await sealed(draft, randomBytes(12)) : plain(draft) };
}

/**
 * Takes the key of this change, and the preview that it confirms, in the transaction of the change. Whoever takes one
 * of them again waits until the first transaction has ended. A rollback frees both. Throws KeyTaken.
 */
export async function takeKeys(tx: Sql, draft: ChangeDraft, claim: Claim | null, auditId: string): Promise<void> {
  const { author, operation, confirms } = draft;
  const rows = [
    ...(claim === null ? [] : [[claim.key, claim.hash] as const]),
    // The keys of callers contain no tilde, so the two kinds never collide.
    ...(confirms === undefined ? [] : [[`~${confirms}`, ''] as const]),
  ];
  if (rows.length === 0) return;
  try {
    await tx.run(
      `INSERT INTO console_idempotency (idempotency_key, operator, operation, input_hash, audit_id, created_at)
       VALUES ${rows.map(() => '(?, ?, ?, ?, ?, UTC_TIMESTAMP(3))').join(', ')}`,
      rows.flatMap(([key, hash]) => [key, author.operator, operation, hash, auditId]),
    );
  } catch (error) {
    if (errorNumber(error) === 1062) throw new KeyTaken(undefined, { cause: error });
    throw error;
  }
}

/**
 * Returns the first answer under this key again. Throws conflict if the key was used for something else: a call of
 * another operator, another operation, or another input. The refusal is the same for all three, so that nobody learns
 * what a key was used for or who used it. If the preview was taken and not the key, the refusal says so. `cause`: the
 * server's error.
 */
export async function repeat<T>(site: Site, draft: ChangeDraft, cause?: unknown): Promise<ChangeOutcome<T>> {
  const [row] = await site.db.rows<{
    operator: string;
    operation: string;
    input_hash: string;
    audit_id: string;
    answer: string | null;
  }>('SELECT operator, operation, input_hash, audit_id, answer FROM console_idempotency WHERE idempotency_key = ?', [
    draft.idempotency?.key ?? '',
  ]);
  if (row === undefined && draft.confirms !== undefined) throw confirmedBefore(cause);
  if (
    row === undefined ||
    row.answer === null ||
    row.operation !== draft.operation ||
    row.operator !== draft.author.operator ||
    !(await isSame(draft, row.input_hash))
  ) {
    throw new Refusal(
      'conflict',
      { zh: '这个幂等键不能用于这次操作', en: 'This idempotency key cannot be used for this' },
      { hint: { zh: '为新的操作换一个键。', en: 'Use a new key for a new intention.' } },
    );
  }
  return { value: JSON.parse(row.answer) as T, auditId: row.audit_id, repeated: true };
}

function confirmedBefore(cause: unknown): Refusal {
  return new Refusal(
    'conflict',
    { zh: '这份预览已经确认过，没有重复执行', en: 'This preview was confirmed before; nothing was done twice' },
    {
      hint: { zh: '如需再做一次，请重新预览。', en: 'Preview again if more is to be done.' },
      cause,
    },
  );
}

/**
 * The first answer if the call's key was used before, else null. For effects outside of the transaction that takes the
 * key, which would happen before it. Throws conflict, as `repeat` does.
 */
export async function answered<T>(site: Site, draft: ChangeDraft): Promise<ChangeOutcome<T> | null> {
  if (draft.idempotency === undefined || !(await site.has('console'))) return null;
  const used = await site.db.rows('SELECT 1 AS found FROM console_idempotency WHERE idempotency_key = ?', [
    draft.idempotency.key,
  ]);
  return used.length === 0 ? null : repeat<T>(site, draft);
}

/**
 * The input without its fingerprint. If the same ban is previewed again, its fingerprint differs, but it is the same
 * ban.
 */
function intentionOf(input: unknown): string {
  return JSON.stringify(
    typeof input === 'object' && input !== null ? { ...input, fingerprint: undefined } : (input ?? null),
  );
}

/** True if the input has secrets. The audit stores it with its secrets masked, so the two texts differ. */
function holdsSecrets({ input, idempotency }: ChangeDraft): boolean {
  return intentionOf(input) !== intentionOf(idempotency?.asked);
}

/** The hash of an input that the audit stores in plain text anyway. */
function plain({ idempotency }: ChangeDraft): string {
  return createHash('sha256').update(intentionOf(idempotency?.asked)).digest('hex');
}

const mark = 's:';

/**
 * `s:<salt>:<hash>` of an input with secrets. A password that a person chose can be guessed, and a reader of this table
 * has unlimited tries. So the hash is slow, and has its own salt in each row. It is not as slow as the hash of a
 * password, because binding cards by their keys needs it a thousand times in a row. There is no secret key for it:
 * every console of the site finds the salt beside the hash, and a key in the database would be readable together with
 * the hash.
 */
async function sealed(draft: ChangeDraft, salt: Buffer): Promise<string> {
  const { author, operation, idempotency } = draft;
  const text = JSON.stringify([author.operator, operation, idempotency?.key, intentionOf(idempotency?.asked)]);
  const hash = await new Promise<Buffer>((resolve, reject) => {
    scrypt(text, salt, 33, { N: 4_096, r: 8, p: 1 }, (error, derived) =>
      error === null ? resolve(derived) : reject(error),
    );
  });
  return `${mark}${salt.toString('base64url')}:${hash.toString('base64url')}`;
}

/**
 * True if a row's hash is of exactly this input. Rows of earlier console versions store the hash of the masked input.
 * It proves nothing for an input with secrets, so it counts as another input.
 */
async function isSame(draft: ChangeDraft, stored: string): Promise<boolean> {
  if (!stored.startsWith(mark)) return !holdsSecrets(draft) && stored === plain(draft);
  if (!holdsSecrets(draft)) return false;
  const salt = Buffer.from(stored.slice(mark.length).split(':')[0] ?? '', 'base64url');
  const [ours, theirs] = [Buffer.from(await sealed(draft, salt)), Buffer.from(stored)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}
