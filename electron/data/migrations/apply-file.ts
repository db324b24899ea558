import type { Connection } from 'mysql2/promise';
import { Refusal } from '../../contract/errors.js';
import { coreOf } from '../mysql/side-connection.js';
import { endStatementFrom, nameConnection } from '../mysql/connection-names.js';
import { serverFailure, stepFailed, wasInterrupted } from './failure.js';
import type { MigrationFile, Step } from './files.js';
import { recordEnd, recordStart, recordStep } from './ledger.js';
import { giveBack, rowsOf } from './session.js';

export interface StepEvent {
  readonly file: string;
  readonly step: string;
  readonly ordinal: number;
  readonly of: number;
  readonly outcome: 'running' | 'done' | 'skipped' | 'failed';
  readonly milliseconds: number;
}

export interface FileRun {
  readonly connection: Connection;
  readonly migration: MigrationFile;
  /** The first step to run, from 1; beyond the last one if only the end was not recorded. */
  readonly next: number;
  readonly signal: AbortSignal | undefined;
  readonly onStep: ((event: StepEvent) => void) | undefined;
  /** Opens a second connection to kill a running statement; null: a cancellation waits for the end of its step. */
  readonly interrupt: (() => Promise<Connection>) | null;
}

/**
 * Runs the steps of one file from `next` on; records each before and after.
 * @throws Refusal `cancelled`, or as `stepFailed`; the file is then recorded as half applied
 */
export async function applyFile(run: FileRun): Promise<{ file: string; done: number; skipped: number }> {
  const { connection, migration, next } = run;
  const counts = { done: 0, skipped: 0 };
  refuseCancelled(run);
  await recordStart(connection, migration, next);
  try {
    for (const step of migration.steps.slice(next - 1)) {
      refuseCancelled(run);
      counts[await runStep(run, step)] += 1;
    }
  } catch (error) {
    // Without a connection this cannot be written; status() then sees a file that no console is applying, and reports
    // it as half applied.
    await recordEnd(connection, migration, 'half_applied').catch(() => undefined);
    throw error;
  }
  await recordEnd(connection, migration, 'applied');
  return { file: migration.file, ...counts };
}

async function runStep(run: FileRun, step: Step): Promise<'done' | 'skipped'> {
  const { connection, migration } = run;
  const began = performance.now();
  const report = (outcome: StepEvent['outcome']): void => {
    run.onStep?.({
      file: migration.file,
      step: step.name,
      ordinal: step.ordinal,
      of: migration.steps.length,
      outcome,
      milliseconds: Math.round(performance.now() - began),
    });
  };
  try {
    if (step.unless !== null && (await rowsOf(connection, step.unless)).length > 0) {
      await recordStep(connection, migration, step, 'skipped');
      report('skipped');
      return 'skipped';
    }
    await recordStep(connection, migration, step, 'running');
    report('running');
    await interruptible(run, () => connection.query(step.sql));
  } catch (error) {
    await recordStep(connection, migration, step, 'failed', serverFailure(error)).catch(() => undefined);
    report('failed');
    if (run.signal?.aborted === true && wasInterrupted(error)) throw cancelled(migration, step);
    throw stepFailed(migration, step, error);
  }
  await recordStep(connection, migration, step, 'done');
  report('done');
  return 'done';
}

/**
 * Runs a statement. If the signal comes in the meantime, kills it from a second connection, and waits until that is
 * settled.
 */
async function interruptible(run: FileRun, statement: () => Promise<unknown>): Promise<void> {
  const { signal, interrupt, connection } = run;
  if (signal === undefined || interrupt === null) {
    await statement();
    return;
  }
  let killing: Promise<void> | undefined;
  nameConnection(coreOf(connection));
  const kill = (): void => {
    killing = killQuery(interrupt, connection);
  };
  signal.addEventListener('abort', kill, { once: true });
  try {
    await statement();
  } finally {
    signal.removeEventListener('abort', kill);
    await killing;
  }
}

/**
 * If the kill fails, the statement ends on its own, and the signal is checked after it. The same if a load balancer
 * routed the kill to another server, where the connection id belongs to someone else.
 */
async function killQuery(connect: () => Promise<Connection>, connection: Connection): Promise<void> {
  try {
    const second = await connect();
    try {
      await endStatementFrom(coreOf(second), coreOf(connection));
    } finally {
      await giveBack(second);
    }
  } catch {
    return;
  }
}

function refuseCancelled(run: FileRun): void {
  if (run.signal?.aborted === true) throw cancelled(run.migration, null);
}

function cancelled(migration: MigrationFile, step: Step | null): Refusal {
  return new Refusal(
    'cancelled',
    { zh: `迁移已取消：${migration.file}`, en: `The migration was cancelled: ${migration.file}` },
    {
      hint: { zh: '再次运行会从停下的步骤继续', en: 'Run it again to go on from where it stopped' },
      details: { file: migration.file, step: step?.name ?? null },
    },
  );
}
