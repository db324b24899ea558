import type { Connection } from 'mysql2/promise';
import { Refusal } from '../../contract/errors.js';
import { applyFile, type StepEvent } from './apply-file.js';
import { readMigrations, type MigrationFile, type Step } from './files.js';
import { createLedger, hasLedger, readLedger } from './ledger.js';
import { recogniseDatabase } from './recognise.js';
import { databaseName, rowsOf, withLock, withSession, type ConnectionSource } from './session.js';
import { progressOf, statusOf, type MigrationStatus } from './status.js';

export interface RunnerOptions {
  /**
   * A borrowed connection (not inside a transaction: DDL commits), or a function that opens one. A running statement
   * can be cancelled only with the function.
   */
  readonly connection: ConnectionSource;
  /** migrations, or migrations/repairs. */
  readonly folder: string;
  /** How long to wait for another console that is migrating the same database. Default 5. */
  readonly lockWaitSeconds?: number;
  /** How long a step waits for open transactions on its table. Default 60. */
  readonly tableWaitSeconds?: number;
}

export interface PlannedStep {
  readonly ordinal: number;
  readonly name: string;
  readonly sql: string;
  /**
   * Whether its guard says now that the step is not needed; null if the guard needs something that an earlier step will
   * create.
   */
  readonly skip: boolean | null;
}

export interface PlannedFile {
  readonly file: string;
  readonly steps: readonly PlannedStep[];
}

export interface ApplyOptions {
  /** Only these files, by name; required for repairs, which are opt-in one by one. */
  readonly only?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onStep?: (event: StepEvent) => void;
}

export interface AppliedFile {
  readonly file: string;
  readonly done: number;
  readonly skipped: number;
}

export interface Runner {
  /** The state of each file. Changes nothing, not even in a database that was never migrated. */
  status(): Promise<MigrationStatus[]>;
  /**
   * A dry run: the SQL that `apply` would send, file by file; empty if nothing is pending. Changes nothing. Fails as
   * `apply` would, with the same codes.
   */
  plan(options?: Pick<ApplyOptions, 'only'>): Promise<PlannedFile[]>;
  /**
   * Applies pending files and continues half-applied ones, step by step, each recorded.
   * @returns the files applied now; empty if there was nothing to do
   * @throws Refusal `conflict`: another console is migrating this database, an applied file was changed, a finished
   *   step of a half-applied file was changed, or the database belongs to another application; `cancelled`: the signal;
   *   `not_found`: no such folder or file; `forbidden`, `timeout`, `read_only`, `unavailable`, `internal`: the server
   *   refused a step (details: file, step, errno, message, sql); `invalid_input`, `unsupported`: a file cannot be read
   */
  apply(options?: ApplyOptions): Promise<AppliedFile[]>;
}

/** Creates a runner for a folder of migrations and one database. Nothing is opened or read before the first call. */
export function createRunner(options: RunnerOptions): Runner {
  const { connection: source, folder, lockWaitSeconds = 5, tableWaitSeconds = 60 } = options;

  return {
    status: async () => {
      const migrations = await readMigrations(folder);
      return withSession(source, tableWaitSeconds, async (connection) =>
        statusOf(connection, await databaseName(connection), migrations),
      );
    },

    plan: async ({ only } = {}) => {
      const migrations = await readMigrations(folder);
      return withSession(source, tableWaitSeconds, async (connection) => {
        await refuseForeign(connection);
        const planned: PlannedFile[] = [];
        for (const { migration, next } of await outstanding(connection, migrations, only)) {
          const steps: PlannedStep[] = [];
          for (const step of migration.steps.slice(next - 1)) {
            steps.push({
              ordinal: step.ordinal,
              name: step.name,
              sql: step.sql,
              skip: await foreseen(connection, step),
            });
          }
          planned.push({ file: migration.file, steps });
        }
        return planned;
      });
    },

    apply: async ({ only, signal, onStep } = {}) => {
      const migrations = await readMigrations(folder);
      return withSession(source, tableWaitSeconds, async (connection) => {
        await refuseForeign(connection);
        if ((await outstanding(connection, migrations, only)).length === 0) return [];
        return withLock(connection, await databaseName(connection), lockWaitSeconds, async () => {
          await createLedger(connection);
          const applied: AppliedFile[] = [];
          // Read again under the lock: another console may have applied them while this one waited.
          for (const { migration, next } of await outstanding(connection, migrations, only)) {
            applied.push(
              await applyFile({
                connection,
                migration,
                next,
                signal,
                onStep,
                interrupt: typeof source === 'function' ? source : null,
              }),
            );
          }
          return applied;
        });
      });
    },
  };
}

/**
 * The files that are not fully applied, in order. Checks every file of the folder, also those that were not requested.
 */
async function outstanding(
  connection: Connection,
  migrations: readonly MigrationFile[],
  only: readonly string[] | undefined,
): Promise<{ migration: MigrationFile; next: number }[]> {
  const missing = only?.find((name) => migrations.every((migration) => migration.file !== name));
  if (missing !== undefined) {
    throw new Refusal(
      'not_found',
      { zh: `没有这个迁移文件：${missing}`, en: `There is no such migration: ${missing}` },
      { details: { file: missing } },
    );
  }
  const ledger = await readLedger(connection);
  return migrations.flatMap((migration) => {
    const progress = progressOf(migration, ledger.get(migration.file));
    const wanted = only === undefined || only.includes(migration.file);
    return progress.applied || !wanted ? [] : [{ migration, next: progress.next }];
  });
}

/**
 * Once a console has migrated a database, with its operator's consent, the check for another application's database is
 * skipped.
 */
async function refuseForeign(connection: Connection): Promise<void> {
  if ((await hasLedger(connection)) || (await recogniseDatabase(connection)) !== 'foreign') return;
  throw new Refusal(
    'conflict',
    {
      zh: '这个数据库属于另一个应用，没有做任何改动',
      en: 'This database belongs to another application; nothing was changed',
    },
    {
      hint: {
        zh: '检查连接里的数据库名，或者新建一个空数据库',
        en: 'Check the name of the database in the connection, or create an empty one',
      },
    },
  );
}

async function foreseen(connection: Connection, step: Step): Promise<boolean | null> {
  if (step.unless === null) return false;
  try {
    return (await rowsOf(connection, step.unless)).length > 0;
  } catch {
    return null;
  }
}
