import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import type { ChangeDraft, ChangeOutcome } from './audited-change.js';
import type { Sql } from '../mysql/database.js';
import { errorNumber } from '../mysql/errors.js';
import type { Site } from '../site.js';

/** The caller's key for one intention, and the whole of what is asked for under it. */
export interface Idempotency {
  readonly key: string;
  /** With its secrets: it is compared, by a hash, and never written down. */
  readonly asked: unknown;
}

/** A key with the hash that its row keeps. */
export interface Claim {
  readonly key: string;
  readonly hash: string;
}

/** The key of this change was used before, or the preview confirmed. */
export class KeyTaken extends Error {}

/**
 * The key of a change, made ready for its row; null where it has none. To be asked before the transaction: where the
 * input holds secrets, the hash takes its time.
 */
export async function claimOf(draft: ChangeDraft): Promise<Claim | null> {
  if (draft.idempotency === undefined) return null;
  const { key } = draft.idempotency;
  return { key, hash: holdsSecrets(draft) ? await sealed(draft, randomBytes(12)) : plain(draft) };
}

/**
 * Takes the key for this change and the preview that it confirms, in its transaction: whoever takes one of them a
 * second time waits until the first has ended. One that is taken back leaves both free. Throws KeyTaken.
 */
export async function takeKeys(tx: Sql, draft: ChangeDraft, claim: Claim | null, auditId: string): Promise<void> {
  const { author, operation, confirms } = draft;
  const rows = [
    ...(claim === null ? [] : [[claim.key, claim.hash] as const]),
    // A caller's own keys have no tilde: the two never meet.
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
 * The first answer under this key, again. Throws conflict where the key stands for something else: another operator's
 * call, another operation, another input. The refusal is the same for all of them, so that nobody learns from it what a
 * key was used for, or by whom. Where it is not the key that was taken but the preview, that is said. `cause`: what the
 * server said.
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
 * The first answer where the call's key was used before, else null: for what is done outside of the transaction that
 * takes the key, and would be done by then. Throws conflict as `repeat`.
 */
export async function answered<T>(site: Site, draft: ChangeDraft): Promise<ChangeOutcome<T> | null> {
  if (draft.idempotency === undefined || !(await site.has('console'))) return null;
  const used = await site.db.rows('SELECT 1 AS found FROM console_idempotency WHERE idempotency_key = ?', [
    draft.idempotency.key,
  ]);
  return used.length === 0 ? null : repeat<T>(site, draft);
}

/**
 * What is asked for, without what was seen before asking: the same ban previewed again has another fingerprint and is
 * the same ban.
 */
function intentionOf(input: unknown): string {
  return JSON.stringify(
    typeof input === 'object' && input !== null ? { ...input, fingerprint: undefined } : (input ?? null),
  );
}

/** The audit keeps the input with its secrets masked: where that says less, there are some. */
function holdsSecrets({ input, idempotency }: ChangeDraft): boolean {
  return intentionOf(input) !== intentionOf(idempotency?.asked);
}

/** The hash of an input that the audit keeps in the clear anyway. */
function plain({ idempotency }: ChangeDraft): string {
  return createHash('sha256').update(intentionOf(idempotency?.asked)).digest('hex');
}

const mark = 's:';

/**
 * `s:<salt>:<hash>` of an input with secrets. A password that people choose can be guessed, and whoever reads this
 * table may try as often as they like: so the hash is salted for each row and slow. Not as slow as that of a password,
 * for binding cards by their keys asks for it a thousand times on end. No key is kept anywhere for it: every console of
 * the site reads the salt where the hash is, and a key that lay in the database would be read by whoever reads the
 * hash.
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
 * True where a row's hash is of this very input. Rows of earlier versions of the console hold the hash of the masked
 * input: of an input with secrets they tell nothing, and stand for another.
 */
async function isSame(draft: ChangeDraft, stored: string): Promise<boolean> {
  if (!stored.startsWith(mark)) return !holdsSecrets(draft) && stored === plain(draft);
  if (!holdsSecrets(draft)) return false;
  const salt = Buffer.from(stored.slice(mark.length).split(':')[0] ?? '', 'base64url');
  const [ours, theirs] = [Buffer.from(await sealed(draft, salt)), Buffer.from(stored)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}
