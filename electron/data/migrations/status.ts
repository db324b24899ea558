import type { Connection } from 'mysql2/promise';
import { fileChanged, finishedPartChanged } from './failure.js';
import type { MigrationFile } from './files.js';
import { readLedger, type RecordedMigration } from './ledger.js';
import { lockHolder } from './session.js';

/**
 * pending: not started. applying: a console is applying it now. half_applied: stopped at a step. applied. changed:
 * applied, but the file has changed since. unknown: recorded here, but this console has no such file (a newer console
 * applied it).
 */
export type MigrationState = 'pending' | 'applying' | 'half_applied' | 'applied' | 'changed' | 'unknown';

export interface MigrationStatus {
  readonly file: string;
  readonly state: MigrationState;
  readonly steps: number;
  readonly stepsDone: number;
  /**
   * Where a half-applied file continues; the server's error if a statement failed, null if the console was ended in the
   * meantime.
   */
  readonly stoppedAt: {
    readonly ordinal: number;
    readonly step: string;
    readonly errno: number | null;
    readonly error: string | null;
  } | null;
  /** Half applied, with its finished steps unchanged: `apply` can continue. */
  readonly resumable: boolean;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** The progress of a file: applied, or the first step still to run. */
export type Progress = { readonly applied: true } | { readonly applied: false; readonly next: number };

/**
 * Compares a file with its record.
 * @throws Refusal `conflict` if the file was changed after it was applied, or a finished step of a half-applied file
 *   was changed
 */
export function progressOf(migration: MigrationFile, recorded: RecordedMigration | undefined): Progress {
  if (recorded === undefined) return { applied: false, next: 1 };
  if (recorded.applied) {
    if (recorded.checksum !== migration.checksum) throw fileChanged(migration, recorded.checksum);
    return { applied: true };
  }
  const next = firstUnfinished(recorded);
  for (const step of recorded.steps) {
    if (step.ordinal < next && migration.steps[step.ordinal - 1]?.checksum !== step.checksum)
      throw finishedPartChanged(migration, step.name);
  }
  return { applied: false, next };
}

/** Every file of the folder, and every recorded file of the same family that the folder lacks. Changes nothing. */
export async function statusOf(
  connection: Connection,
  database: string,
  migrations: readonly MigrationFile[],
): Promise<MigrationStatus[]> {
  const ledger = await readLedger(connection);
  const busy = ledger.size > 0 && (await lockHolder(connection, database)) !== null;
  const known = migrations.map((migration) => statusOfFile(migration, ledger.get(migration.file), busy));
  const family = new Set(migrations.map((migration) => isRepair(migration.file)));
  const files = new Set(migrations.map((migration) => migration.file));
  const others = [...ledger.values()].filter(
    (recorded) => !files.has(recorded.file) && family.has(isRepair(recorded.file)),
  );
  return [...known, ...others.map(statusOfUnknown)];
}

function statusOfFile(
  migration: MigrationFile,
  recorded: RecordedMigration | undefined,
  busy: boolean,
): MigrationStatus {
  const steps = migration.steps.length;
  if (recorded === undefined) {
    return {
      file: migration.file,
      state: 'pending',
      steps,
      stepsDone: 0,
      stoppedAt: null,
      resumable: false,
      startedAt: null,
      finishedAt: null,
    };
  }
  const shared = {
    file: migration.file,
    steps,
    stepsDone: finishedSteps(recorded),
    startedAt: recorded.startedAt,
    finishedAt: recorded.finishedAt,
  };
  if (recorded.applied) {
    const state = recorded.checksum === migration.checksum ? 'applied' : 'changed';
    return { ...shared, state, stoppedAt: null, resumable: false };
  }
  if (busy) return { ...shared, state: 'applying', stoppedAt: null, resumable: false };
  const ordinal = firstUnfinished(recorded);
  const stopped = recorded.steps.find((step) => step.ordinal === ordinal);
  const stoppedAt = {
    ordinal,
    step: stopped?.name ?? migration.steps[ordinal - 1]?.name ?? '',
    errno: stopped?.errno ?? null,
    error: stopped?.error ?? null,
  };
  return { ...shared, state: 'half_applied', stoppedAt, resumable: isResumable(migration, recorded) };
}

function statusOfUnknown(recorded: RecordedMigration): MigrationStatus {
  return {
    file: recorded.file,
    state: 'unknown',
    steps: recorded.steps.length,
    stepsDone: finishedSteps(recorded),
    stoppedAt: null,
    resumable: false,
    startedAt: recorded.startedAt,
    finishedAt: recorded.finishedAt,
  };
}

function isResumable(migration: MigrationFile, recorded: RecordedMigration): boolean {
  try {
    progressOf(migration, recorded);
    return true;
  } catch {
    return false;
  }
}

function firstUnfinished(recorded: RecordedMigration): number {
  const unfinished = recorded.steps.find((step) => step.state !== 'done' && step.state !== 'skipped');
  return unfinished?.ordinal ?? recorded.steps.length + 1;
}

function finishedSteps(recorded: RecordedMigration): number {
  return recorded.steps.filter((step) => step.state === 'done' || step.state === 'skipped').length;
}

function isRepair(file: string): boolean {
  return file.startsWith('R');
}
