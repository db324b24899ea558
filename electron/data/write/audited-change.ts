import { claimOf, type Idempotency, KeyTaken, repeat, takeKeys } from './idempotency.js';
import { type Parameter, type Sql, type Transaction } from '../mysql/database.js';
import type { Kind } from '../tables.js';
import type { Consequences } from './write-path.js';
import type { Site } from '../site.js';

/** Who makes a change, in the words that the audit stores. */
export interface Author {
  readonly operator: string;
  readonly role: string;
  readonly origin: 'window' | 'terminal' | 'schedule' | 'job';
}

export interface ChangeDraft {
  readonly author: Author;
  readonly operation: string;
  /** The input as given, with secrets masked. */
  readonly input: unknown;
  readonly idempotency?: Idempotency;
  /** Fingerprint of the preview that this change confirms. It is taken with the key, and can be confirmed once. */
  readonly confirms?: string;
  /** Continue this audit entry instead of opening a new one: for the next chunk of a job. */
  readonly auditId?: string;
  readonly jobId?: string;
  readonly undoOf?: string;
  /** The change only starts a job: its audit entry stays `running` until the job ends. */
  readonly startsJob?: boolean;
}

/**
 * The rows of one thing, by place: what was there before, or what is there now. A place is a table name, or
 * `config.users` for the entry in the admin config.
 */
export type Images = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

export interface RecordedChange {
  readonly kind: Kind;
  readonly target: string;
  readonly before: Images;
  readonly after: Images;
}

/**
 * A change in progress: its transaction, and everything that it has changed so far. Nothing here has an effect before
 * the commit.
 */
export class Change {
  readonly tx: Transaction;
  readonly auditId: string;
  readonly touched: RecordedChange[] = [];
  readonly places: Record<string, number> = {};
  readonly #consequences: Consequences;

  constructor(tx: Transaction, consequences: Consequences) {
    this.tx = tx;
    this.auditId = consequences.auditId;
    this.#consequences = consequences;
  }

  /** Records one changed thing with its images. */
  record(touched: RecordedChange): void {
    this.touched.push(touched);
  }

  /** Counts rows that were changed in a place, for the proof. */
  tally(place: 'database' | 'config' | 'tvbox' | 'invitation_code', rows: number): void {
    this.places[place] = (this.places[place] ?? 0) + rows;
  }

  /** Cache keys to delete after the commit. */
  invalidate(keys: readonly string[]): void {
    this.#consequences.drop(keys);
  }

  /** Users whose sessions end after the commit. */
  endSessions(usernames: readonly string[]): void {
    this.#consequences.endSessions(usernames);
  }

  /** True if this change ends the sessions of the user. */
  endsSessionsOf(username: string): boolean {
    return this.#consequences.endsSessionsOf(username);
  }
}

export interface ChangeOutcome<T> {
  readonly value: T;
  readonly auditId: string;
  /** True if the key was used before. Then the value is the first answer. */
  readonly repeated: boolean;
}

/**
 * The only way to change the site. `work`, its audit entry with images, its idempotency record and its cache deletions
 * are committed together; then the deletions are carried out in Redis. `value` must be plain data, because it is stored
 * for a repeated key. Throws unsupported (no console tables), conflict (the key was used for something else, or the
 * preview was confirmed before), and everything that `work` throws.
 */
export async function runAudited<T>(
  site: Site,
  draft: ChangeDraft,
  work: (change: Change) => Promise<T>,
  signal?: AbortSignal,
): Promise<ChangeOutcome<T>> {
  await site.need('console');
  const claim = await claimOf(draft);
  let touched = false;
  try {
    return await site.cache.writes.run(
      async (tx, consequences) => {
        const auditId = draft.auditId ?? (await openAudit(tx, draft));
        consequences.auditId = auditId;
        await takeKeys(tx, draft, claim, auditId);
        const change = new Change(tx, consequences);
        const value = await work(change);
        touched = change.touched.length > 0;
        // An entry that this transaction opened is still empty, so it need not be read.
        const opened = draft.auditId === undefined;
        await writeTouched(tx, change, opened ? 0 : await nextSeq(tx, auditId));
        const answer = claim === null ? null : { key: claim.key, text: JSON.stringify(value) };
        await closeAudit(tx, change, opened ? nothing : await soFar(tx, auditId), answer);
        return { value, auditId, repeated: false };
      },
      // The next chunk of a job need not wait for Redis. The last transaction of the job, which changes nothing, waits.
      { signal, waits: () => draft.jobId === undefined || !touched },
    );
  } catch (error) {
    if (error instanceof KeyTaken) return repeat<T>(site, draft, error.cause);
    throw error;
  }
}

/** Opens an audit entry. A job continues it in each chunk. */
async function openAudit(tx: Sql, draft: ChangeDraft): Promise<string> {
  const { insertId } = await tx.run(
    `INSERT INTO console_audit (at, operator, operator_role, origin, operation, input, outcome, job_id, undo_of)
     VALUES (UTC_TIMESTAMP(3), ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      draft.author.operator,
      draft.author.role,
      draft.author.origin,
      draft.operation,
      JSON.stringify(draft.input),
      draft.startsJob === true ? 'running' : 'done',
      draft.jobId ?? null,
      draft.undoOf ?? null,
    ],
  );
  return insertId;
}

/**
 * Records an attempt that changed nothing, outside of any transaction. Does nothing without console tables. `error` has
 * at most 500 characters, as `writeJobError` makes it.
 */
export async function auditAttempt(
  site: Site,
  draft: ChangeDraft,
  outcome: 'refused' | 'failed',
  error: string,
): Promise<void> {
  if (!(await site.has('console'))) return;
  await site.db.run(
    `INSERT INTO console_audit (at, operator, operator_role, origin, operation, input, outcome, error) VALUES (UTC_TIMESTAMP(3), ?, ?, ?, ?, ?, ?, ?)`,
    [
      draft.author.operator,
      draft.author.role,
      draft.author.origin,
      draft.operation,
      JSON.stringify(draft.input),
      outcome,
      error,
    ],
  );
}

/** Marks an entry whose work, done in this process after its change, ended early: it failed or was stopped. */
export async function auditEndedEarly(
  sql: Sql,
  auditId: string,
  { stopped, error }: { readonly stopped: boolean; readonly error: string },
): Promise<void> {
  await sql.run(
    stopped
      ? "UPDATE console_audit SET places = JSON_SET(COALESCE(places, '{}'), '$.stopped', 1), error = ? WHERE id = ?"
      : "UPDATE console_audit SET outcome = 'failed', error = ? WHERE id = ?",
    [error, auditId],
  );
}

/** Characters of images in one statement: at three bytes each, below the smallest max_allowed_packet in use (1 MB). */
const mostCharacters = 250_000;

async function nextSeq(tx: Sql, auditId: string): Promise<number> {
  const [last] = await tx.rows<{ next: string }>(
    'SELECT COALESCE(MAX(seq) + 1, 0) AS next FROM console_audit_targets WHERE audit_id = ?',
    [auditId],
  );
  return Number(last?.next ?? 0);
}

async function writeTouched(tx: Sql, change: Change, from: number): Promise<void> {
  let seq = from;
  let rows: Parameter[][] = [];
  let length = 0;
  const write = async (): Promise<void> => {
    if (rows.length === 0) return;
    await tx.run(
      'INSERT INTO console_audit_targets (audit_id, seq, kind, target, before_image, after_image) VALUES ?',
      [rows],
    );
    rows = [];
    length = 0;
  };
  for (const { kind, target, before, after } of change.touched) {
    const images = [JSON.stringify(before), JSON.stringify(after)] as const;
    rows.push([change.auditId, seq++, kind, target, ...images]);
    length += images[0].length + images[1].length;
    // A thing with many rows (a user's plays, many cards) must not make a packet that the server refuses.
    if (rows.length === 500 || length > mostCharacters) await write();
  }
  await write();
}

/** The counts and the sample of an audit entry. */
interface Tally {
  readonly places: Readonly<Record<string, number>>;
  readonly sample: readonly string[];
}

const nothing: Tally = { places: {}, sample: [] };

/** What earlier chunks of a job wrote into its audit entry. Locks the entry. */
async function soFar(tx: Sql, auditId: string): Promise<Tally> {
  const [row] = await tx.rows<{ places: string | null; sample: string | null }>(
    'SELECT places, sample FROM console_audit WHERE id = ? FOR UPDATE',
    [auditId],
  );
  return {
    places: JSON.parse(row?.places ?? '{}') as Record<string, number>,
    sample: JSON.parse(row?.sample ?? '[]') as string[],
  };
}

/**
 * Writes the counts of a change into its audit entry, and the answer for a repeated call beside its key. Both are in
 * one statement, because each statement of a change is a round trip that its operator waits for.
 */
async function closeAudit(
  tx: Sql,
  change: Change,
  before: Tally,
  answer: { readonly key: string; readonly text: string } | null,
): Promise<void> {
  const places: Record<string, number> = { ...before.places };
  for (const [place, rows] of Object.entries(change.places)) places[place] = (places[place] ?? 0) + rows;
  const sample = [...before.sample, ...change.touched.slice(0, 5).map((touched) => touched.target)].slice(0, 5);
  const counts = [change.touched.length, JSON.stringify(places), JSON.stringify(sample)];
  const set = 'SET a.targets = a.targets + ?, a.places = ?, a.sample = ?';
  if (answer === null) {
    await tx.run(`UPDATE console_audit a ${set} WHERE a.id = ?`, [...counts, change.auditId]);
    return;
  }
  await tx.run(
    `UPDATE console_audit a JOIN console_idempotency i ON i.idempotency_key = ? ${set}, i.answer = ? WHERE a.id = ?`,
    [answer.key, ...counts, answer.text, change.auditId],
  );
}
