import type { Connection } from 'mysql2/promise';
import type { ServerFailure } from './failure.js';
import { wasInterrupted } from './failure.js';
import type { MigrationFile, Step } from './files.js';
import { rowsOf } from './session.js';

export type StepState = 'running' | 'done' | 'skipped' | 'failed';

export interface RecordedStep {
  readonly ordinal: number;
  readonly name: string;
  readonly checksum: string;
  readonly state: StepState;
  readonly errno: number | null;
  readonly error: string | null;
}

export interface RecordedMigration {
  readonly file: string;
  readonly checksum: string;
  readonly applied: boolean;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly steps: readonly RecordedStep[];
}

const tables = [
  `CREATE TABLE IF NOT EXISTS console_migrations (
    file VARCHAR(190) NOT NULL PRIMARY KEY,
    checksum CHAR(64) NOT NULL,
    state ENUM('applying', 'half_applied', 'applied') NOT NULL,
    steps INT NOT NULL,
    started_at DATETIME(6) NOT NULL,
    finished_at DATETIME(6) NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  `CREATE TABLE IF NOT EXISTS console_migration_steps (
    file VARCHAR(190) NOT NULL,
    ordinal INT NOT NULL,
    name VARCHAR(190) NOT NULL,
    checksum CHAR(64) NOT NULL,
    state ENUM('running', 'done', 'skipped', 'failed') NOT NULL,
    started_at DATETIME(6) NOT NULL,
    finished_at DATETIME(6) NULL,
    errno INT NULL,
    error TEXT NULL,
    PRIMARY KEY (file, ordinal)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
];

/** Creates the two tables that record migrations, if they are missing. */
export async function createLedger(connection: Connection): Promise<void> {
  for (const table of tables) await connection.query(table);
}

/** Whether a console has ever migrated the database. Changes nothing. */
export async function hasLedger(connection: Connection): Promise<boolean> {
  const rows = await rowsOf(
    connection,
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ('console_migrations', 'console_migration_steps')",
  );
  return rows.length === 2;
}

/** The records by file; empty in a database that was never migrated. */
export async function readLedger(connection: Connection): Promise<Map<string, RecordedMigration>> {
  if (!(await hasLedger(connection))) return new Map();
  const steps = await rowsOf(
    connection,
    'SELECT file, ordinal, name, checksum, state, errno, error FROM console_migration_steps ORDER BY file, ordinal',
  );
  const files = await rowsOf(
    connection,
    `SELECT file, checksum, state, DATE_FORMAT(started_at, '%Y-%m-%dT%H:%i:%s.%fZ') AS startedAt, DATE_FORMAT(finished_at, '%Y-%m-%dT%H:%i:%s.%fZ') AS finishedAt
     FROM console_migrations ORDER BY file`,
  );
  return new Map(
    files.map((row) => [
      String(row['file']),
      {
        file: String(row['file']),
        checksum: String(row['checksum']),
        applied: row['state'] === 'applied',
        startedAt: String(row['startedAt']),
        finishedAt: nullable(row['finishedAt'], String),
        steps: steps
          .filter((step) => step['file'] === row['file'])
          .map((step) => ({
            ordinal: Number(step['ordinal']),
            name: String(step['name']),
            checksum: String(step['checksum']),
            state: stepState(step['state']),
            errno: nullable(step['errno'], Number),
            error: nullable(step['error'], String),
          })),
      },
    ]),
  );
}

/**
 * Records that a file begins, or continues at step `from`. The text may have been corrected from there on, so older
 * records of those steps are deleted.
 */
export async function recordStart(connection: Connection, migration: MigrationFile, from: number): Promise<void> {
  await sure(connection, 'DELETE FROM console_migration_steps WHERE file = ? AND ordinal >= ?', [migration.file, from]);
  await sure(
    connection,
    `INSERT INTO console_migrations (file, checksum, state, steps, started_at) VALUES (?, ?, 'applying', ?, UTC_TIMESTAMP(6))
    ON DUPLICATE KEY UPDATE checksum = VALUES(checksum), state = 'applying', steps = VALUES(steps), finished_at = NULL`,
    [migration.file, migration.checksum, migration.steps.length],
  );
}

/** Records that a file ended: fully applied, or stopped. */
export async function recordEnd(
  connection: Connection,
  migration: MigrationFile,
  state: 'applied' | 'half_applied',
): Promise<void> {
  await sure(
    connection,
    `UPDATE console_migrations SET state = ?, finished_at = IF(? = 'applied', UTC_TIMESTAMP(6), NULL) WHERE file = ?`,
    [state, state, migration.file],
  );
}

/** Records that a step begins or ends. */
export async function recordStep(
  connection: Connection,
  migration: MigrationFile,
  step: Step,
  state: StepState,
  failure: ServerFailure | null = null,
): Promise<void> {
  const started = state === 'running' || state === 'skipped';
  await sure(
    connection,
    `INSERT INTO console_migration_steps (file, ordinal, name, checksum, state, started_at, finished_at, errno, error)
    VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(6), IF(? = 'running', NULL, UTC_TIMESTAMP(6)), ?, ?)
    ON DUPLICATE KEY UPDATE name = VALUES(name), checksum = VALUES(checksum), state = VALUES(state),
      started_at = IF(?, VALUES(started_at), started_at), finished_at = VALUES(finished_at), errno = VALUES(errno), error = VALUES(error)`,
    [
      migration.file,
      step.ordinal,
      step.name.slice(0, 190),
      step.checksum,
      state,
      state,
      failure?.errno ?? null,
      failure?.message.slice(0, 4000) ?? null,
      started ? 1 : 0,
    ],
  );
}

/** A KILL QUERY that was meant for the step may hit its record: then it is written once more. */
async function sure(connection: Connection, sql: string, values: (string | number | null)[]): Promise<void> {
  try {
    await connection.query(sql, values);
  } catch (error) {
    if (!wasInterrupted(error)) throw error;
    await connection.query(sql, values);
  }
}

function nullable<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null || value === undefined ? null : read(value);
}

function stepState(value: unknown): StepState {
  return value === 'done' || value === 'skipped' || value === 'failed' ? value : 'running';
}
