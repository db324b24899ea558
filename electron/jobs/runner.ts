import { randomUUID } from 'node:crypto';
import type { Job } from '../contract/jobs.js';
import { Refusal } from '../contract/errors.js';
import { type Author, type Change, runAudited } from '../data/write/audited-change.js';
import type { Sql } from '../data/mysql/database.js';
import type { Site } from '../data/site.js';
import { patienceWith, pause, type RetryPace, standardPace } from './transient-errors.js';
import { end, endAudit, nextChunk } from './chunks.js';
import { Throughput } from './throughput.js';
import { EphemeralJob, type EphemeralProgress } from './ephemeral.js';
import {
  codeOfJobError,
  readJobError,
  type JobError,
  jobErrorOf,
  type Translate,
  translateJobError,
  writeJobError,
} from './job-error.js';
import { claimable, type JobRow, jobRow, jobRows } from './rows.js';
import type { NewJob, Steering, JobHandler } from './job-handler.js';

const leaseSeconds = 15;
const inChinese: Translate = (text) => text.zh;

/**
 * Runs durable jobs chunk by chunk. A chunk, its audit rows and the checkpoint are one transaction, so a crash of the
 * console or server loses nothing and repeats nothing: the next console to open the site continues once the lease has
 * expired.
 */
export class JobRunner {
  readonly #site: Site;
  readonly #steps: ReadonlyMap<string, JobHandler>;
  readonly #changed: (id: string) => void;
  readonly #me = randomUUID();
  readonly #running = new Map<string, Promise<void>>();
  readonly #paces = new Map<string, Throughput>();
  readonly #ephemeral = new Map<string, EphemeralJob>();
  /** Such work in progress, until it has cleaned up. */
  readonly #underWay = new Set<Promise<void>>();
  /** Why a job of this process is waiting to retry, or why it stopped when the server could not even record that. */
  readonly #troubles = new Map<string, JobError>();
  readonly #ending = new AbortController();
  readonly #mayRun: () => boolean;
  readonly #mayDo: (tx: Sql, author: Author) => Promise<void>;
  readonly #pace: RetryPace;
  readonly #timer: NodeJS.Timeout;
  #asked = false;
  #taking = false;

  /**
   * `mayRun` is false while the connection is locked: jobs wait then. `changed` gets the id of a job that changed.
   * `mayDo` is called at the end of each chunk and throws if the user who started the job no longer has the right.
   * `pace` is for tests.
   */
  constructor(
    site: Site,
    steps: readonly JobHandler[],
    mayRun: () => boolean,
    changed: (id: string) => void,
    mayDo: (tx: Sql, author: Author) => Promise<void> = () => Promise.resolve(),
    pace: RetryPace = standardPace,
  ) {
    this.#site = site;
    this.#steps = new Map(steps.map((step) => [step.operation, step]));
    this.#mayRun = mayRun;
    this.#mayDo = mayDo;
    this.#changed = changed;
    this.#pace = pace;
    this.#timer = setInterval(() => this.wake(), 3_000);
    this.#timer.unref();
  }

  /** Creates a job in the transaction of the change that starts it; call `wake` after the commit. */
  async create(change: Change, job: NewJob): Promise<string> {
    const id = randomUUID();
    await change.tx.run(
      `INSERT INTO console_jobs (id, operation, input, operator, operator_role, origin, state, total, audit_id, created_at)
       VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?, UTC_TIMESTAMP(3))`,
      [
        id,
        job.operation,
        JSON.stringify(job.input),
        job.author.operator,
        job.author.role,
        job.author.origin,
        typeof job.targets === 'number' ? job.targets : job.targets.length,
        change.auditId,
      ],
    );
    const frozen = typeof job.targets === 'number' ? [] : job.targets;
    for (let at = 0; at < frozen.length; at += 2_000) {
      const rows = frozen
        .slice(at, at + 2_000)
        .map(({ target, state }, index) => [id, at + index, target, state] as const);
      await change.tx.run('INSERT INTO console_job_items (job_id, seq, target, note) VALUES ?', [rows]);
    }
    await change.tx.run('UPDATE console_audit SET job_id = ? WHERE id = ?', [id, change.auditId]);
    return id;
  }

  /** Takes any job that waits or was abandoned. Safe to call at any time. */
  wake(): void {
    if (this.#ending.signal.aborted || !this.#mayRun()) return;
    this.#asked = true;
    // One look at a time: while another console locks a job's row, looks would pile up and use up the pool.
    if (this.#taking) return;
    this.#taking = true;
    void this.#takeUpWhileAsked()
      .catch(() => undefined)
      .finally(() => {
        this.#taking = false;
      });
  }

  /** All jobs: those that have not ended first, then the newest first. */
  async list(label: (operation: string) => string, say: Translate = inChinese): Promise<Job[]> {
    const durable = (await this.#site.has('console')) ? await jobRows(this.#site.db) : [];
    const all = [...this.#ephemeral.values()]
      .map((job) => job.view(label, say))
      .concat(durable.map((row) => this.#view(row, label, say)));
    const ended = ({ finishedAt }: Job): number => (finishedAt === null ? 0 : 1);
    return all.sort((a, b) => ended(a) - ended(b) || Date.parse(b.startedAt) - Date.parse(a.startedAt));
  }

  async get(id: string, label: (operation: string) => string, say: Translate = inChinese): Promise<Job> {
    const ephemeral = this.#ephemeral.get(id);
    return ephemeral === undefined
      ? this.#view(await jobRow(this.#site.db, id), label, say)
      : ephemeral.view(label, say);
  }

  /**
   * Asks a job to pause, continue or end. It obeys at its next chunk, well within a second. Throws not_found, conflict,
   * forbidden.
   */
  async steer(id: string, wanted: 'run' | 'pause' | 'cancel', { by, within }: Steering = {}): Promise<void> {
    const ephemeral = this.#ephemeral.get(id);
    if (ephemeral !== undefined) {
      if (wanted !== 'cancel')
        throw new Refusal('unsupported', { zh: '这类任务只能取消', en: 'A job of this kind can only be cancelled' });
      ephemeral.cancel();
      return;
    }
    const transaction = within ?? ((work: (tx: Sql) => Promise<void>) => this.#site.db.transaction(work));
    await transaction(async (tx) => {
      const row = await jobRow(tx, id, true);
      if (by !== undefined && by.role !== 'owner' && row.operator_role === 'owner' && row.operator !== by.operator) {
        throw new Refusal(
          'forbidden',
          { zh: '这是站长发起的任务', en: 'The owner started this job' },
          { hint: { zh: '请站长来操作。', en: 'Ask the owner.' } },
        );
      }
      const again = wanted === 'run' && this.#resumable(row);
      if ((row.state === 'done' || row.state === 'cancelled') && !again)
        throw new Refusal('conflict', { zh: '任务已经结束', en: 'The job has ended' });
      const idle = again || row.state === 'paused' || row.state === 'waiting' || row.state === 'failed';
      if (wanted === 'run' && idle) await this.#checkMayGoOn(tx, row);
      const state =
        wanted === 'run' && idle
          ? 'waiting'
          : wanted === 'cancel' && idle
            ? 'cancelled'
            : wanted === 'pause' && row.state === 'waiting'
              ? 'paused'
              : row.state;
      await tx.run(
        `UPDATE console_jobs SET wanted = ?, state = ?, error = NULL, finished_at = IF(? = 'cancelled', UTC_TIMESTAMP(3), NULL) WHERE id = ?`,
        [wanted, state, state, id],
      );
      if (state === 'cancelled' && row.audit_id !== null) await endAudit(tx, row.audit_id, 'cancelled');
      if (again && row.audit_id !== null)
        await tx.run("UPDATE console_audit SET outcome = 'running' WHERE id = ?", [row.audit_id]);
    });
    this.#changed(id);
    this.wake();
  }

  /** Work that does not change the site (an export): lives only in this process. Returns its id at once. */
  ephemeral(
    operation: string,
    operator: string,
    work: (job: EphemeralProgress, signal: AbortSignal) => Promise<void>,
  ): string {
    const job = new EphemeralJob(operation, operator, () => this.#changed(job.id));
    this.#ephemeral.set(job.id, job);
    const run = job.run(work, this.#ending.signal).finally(() => this.#underWay.delete(run));
    this.#underWay.add(run);
    return job.id;
  }

  /** The path of the file that such work has saved; null if this process knows of none. */
  fileOf(id: string): string | null {
    return this.#ephemeral.get(id)?.path ?? null;
  }

  /** Cancels an operator's exports in this process. */
  cancelExports(operator: string): void {
    for (const job of this.#ephemeral.values()) if (job.operator === operator) job.cancel();
  }

  /** Waits until a job has ended in this process; for the terminal, which must not exit before. */
  async settled(id: string): Promise<void> {
    for (;;) {
      await this.#running.get(id);
      const ephemeral = this.#ephemeral.get(id);
      if (
        ephemeral !== undefined
          ? ephemeral.ended
          : ['done', 'failed', 'cancelled', 'paused'].includes(this.#stateOf(await jobRow(this.#site.db, id)))
      )
        return;
      await pause(100);
    }
  }

  /**
   * Stops after the current chunks; the rest waits for the next console. Work that lives only in this process is
   * aborted, and has removed its partial file and its rows when this resolves.
   */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    await Promise.allSettled([...this.#running.values(), ...this.#underWay]);
  }

  #view(row: JobRow, label: (operation: string) => string, say: Translate): Job {
    const pace = this.#paces.get(row.id);
    const left = row.total - row.done - row.skipped - row.failed;
    const state = this.#stateOf(row);
    const reason = row.error === null ? this.#troubles.get(row.id) : readJobError(row.error);
    // While it waits to retry, what it did before is no speed.
    const rate = state === 'running' && reason === undefined ? (pace?.rate() ?? null) : null;
    return {
      id: row.id,
      operation: row.operation,
      label: this.#title(row, say) ?? label(row.operation),
      operator: row.operator,
      state,
      total: row.total,
      done: row.done,
      skipped: row.skipped,
      failed: row.failed,
      rate,
      secondsLeft: rate === null || rate === 0 ? null : Math.ceil(left / rate),
      canPause: true,
      canResume: row.state === 'failed' || this.#resumable(row),
      startedAt: row.createdAt,
      finishedAt: row.finishedAt,
      error: reason === undefined ? null : translateJobError(reason, say),
      code: reason === undefined ? null : codeOfJobError(reason),
      audits: row.audit_id === null ? [] : [row.audit_id],
      file: null,
    };
  }

  /**
   * A job that waited in vain for what passes counts as failed in this process, so that nobody waits for its end. Its
   * row says nothing of that: the next look that can take its lease goes on with it.
   */
  #stateOf(row: JobRow): JobRow['state'] {
    const stopped = this.#troubles.has(row.id) && !this.#running.has(row.id);
    return stopped && row.state === 'running' && row.lease_owner === this.#me ? 'failed' : row.state;
  }

  #title(row: JobRow, say: Translate): string | null {
    const title = this.#steps.get(row.operation)?.title;
    return title === undefined ? null : say(title(JSON.parse(row.input), row.total));
  }

  /** A cancelled counted job can still make the rest. */
  #resumable(row: JobRow): boolean {
    const step = this.#steps.get(row.operation);
    return row.state === 'cancelled' && step !== undefined && 'counted' in step && row.done + row.skipped < row.total;
  }

  async #checkMayGoOn(tx: Sql, { id, operation, input, total, audit_id: auditId }: JobRow): Promise<void> {
    await this.#steps.get(operation)?.mayGoOn?.(tx, { id, input: JSON.parse(input) as unknown, total, auditId });
  }

  async #takeUpWhileAsked(): Promise<void> {
    while (this.#asked && !this.#ending.signal.aborted) {
      this.#asked = false;
      await this.#takeUp();
    }
  }

  async #takeUp(): Promise<void> {
    if (!(await this.#site.has('console'))) return;
    for (const id of await claimable(this.#site.db, this.#me, leaseSeconds)) {
      if (this.#running.has(id)) continue;
      this.#troubles.delete(id);
      this.#paces.set(id, new Throughput());
      this.#running.set(
        id,
        this.#run(id).finally(() => {
          this.#running.delete(id);
          for (const step of this.#steps.values()) if ('counted' in step) step.release?.(id);
          this.#changed(id);
        }),
      );
    }
  }

  async #run(id: string): Promise<void> {
    let failures = 0;
    // Locking the connection also stops a running job: it waits for the unlock.
    while (!this.#ending.signal.aborted && this.#mayRun()) {
      try {
        const on = await this.#chunk(id);
        this.#troubles.delete(id);
        if (!on) return;
        failures = 0;
        this.#changed(id);
      } catch (error) {
        const { tries, passes } = patienceWith(error);
        if (failures < tries) {
          failures += 1;
          this.#troubles.set(id, jobErrorOf(error));
          this.#changed(id);
          await pause(Math.min(this.#pace.step * failures, this.#pace.longest), this.#ending.signal);
          continue;
        }
        if (passes) {
          this.#troubles.set(id, jobErrorOf(error));
          return;
        }
        await this.#fail(id, error).then(
          () => this.#troubles.delete(id),
          () => this.#troubles.set(id, jobErrorOf(error)),
        );
        return;
      }
    }
    await this.#site.db
      .run(
        "UPDATE console_jobs SET lease_owner = NULL, lease_until = NULL, state = IF(state = 'running', IF(wanted = 'pause', 'paused', 'waiting'), state) WHERE id = ? AND lease_owner = ?",
        [id, this.#me],
      )
      .catch(() => undefined);
  }

  /** Does one chunk. Returns false if the job is over or no longer ours. */
  async #chunk(id: string): Promise<boolean> {
    const before = await jobRow(this.#site.db, id);
    const step = this.#steps.get(before.operation);
    if (step === undefined)
      throw new Refusal('unsupported', { zh: '此版本不认识这种任务', en: 'This version does not know such a job' });
    const author: Author = { operator: before.operator, role: before.operator_role, origin: 'job' };
    const input = JSON.parse(before.input) as unknown;
    const { value } = await runAudited(
      this.#site,
      {
        author,
        operation: before.operation,
        input,
        jobId: id,
        ...(before.audit_id === null ? {} : { auditId: before.audit_id }),
      },
      async (chunk) => {
        const row = await jobRow(chunk.tx, id, true);
        if (row.lease_owner !== this.#me || row.state !== 'running') return { on: false, moved: 0 };
        if (row.wanted !== 'run') {
          await end(chunk.tx, row, row.wanted === 'pause' ? 'paused' : 'cancelled');
          return { on: false, moved: 0 };
        }
        const context = { site: this.#site, author, input, jobId: id };
        const did = await nextChunk(step, chunk, context, row);
        if (did === null) {
          await end(chunk.tx, row, 'done');
          return { on: false, moved: 0 };
        }
        const { changed, skipped, next } = did;
        await this.#mayDo(chunk.tx, author);
        await chunk.tx.run(
          'UPDATE console_jobs SET done = done + ?, skipped = skipped + ?, next_seq = ?, lease_until = UTC_TIMESTAMP(3) + INTERVAL ? SECOND WHERE id = ?',
          [changed, skipped, next, leaseSeconds, id],
        );
        return { on: true, moved: changed + skipped };
      },
    );
    this.#paces.get(id)?.moved(value.moved);
    return value.on;
  }

  async #fail(id: string, error: unknown): Promise<void> {
    await this.#site.db.run(
      "UPDATE console_jobs SET state = 'failed', error = ?, lease_owner = NULL, lease_until = NULL WHERE id = ? AND lease_owner = ?",
      [writeJobError(jobErrorOf(error)), id, this.#me],
    );
  }
}
