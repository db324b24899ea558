import { Refusal, type ErrorCode } from '../../contract/errors.js';
import type { LocalizedText } from '../../contract/text.js';
import { ordinaryRefusal } from '../mysql/refusals.js';
import type { MigrationFile, Step } from './files.js';

/** The server's error for a failed statement. */
export interface ServerFailure {
  readonly errno: number | null;
  readonly message: string;
}

/** Reads the driver's error. */
export function serverFailure(error: unknown): ServerFailure {
  const errno = error instanceof Object && 'errno' in error && typeof error.errno === 'number' ? error.errno : null;
  const said =
    error instanceof Object && 'sqlMessage' in error && typeof error.sqlMessage === 'string' ? error.sqlMessage : null;
  return { errno, message: said ?? (error instanceof Error ? error.message : String(error)) };
}

/** ER_QUERY_INTERRUPTED, and MariaDB's ER_CONNECTION_KILLED for a killed query. */
export function wasInterrupted(error: unknown): boolean {
  return serverFailure(error).errno === 1317;
}

/** A step that the server refused: which step and file, and what to do. For the code see `codeOf`. */
export function stepFailed(migration: MigrationFile, step: Step, error: unknown): Refusal {
  const { errno, message } = serverFailure(error);
  const known = error instanceof Error ? ordinaryRefusal(error) : null;
  const code = codeOf(error, errno, known);
  const place = `${migration.file} · ${step.name}`;
  return new Refusal(
    code,
    { zh: `迁移在此步骤停下：${place}：${message}`, en: `The migration stopped at ${place}: ${message}` },
    {
      hint: hints[code] ?? hintOf(known),
      details: {
        file: migration.file,
        step: step.name,
        ordinal: step.ordinal,
        line: step.line,
        errno,
        message,
        sql: step.sql,
      },
      cause: error,
    },
  );
}

/** What to do about the failure, and that the run goes on from there. */
function hintOf(known: Refusal | null): LocalizedText {
  return {
    zh: `${known?.hint?.zh ?? ''}之前的步骤都已记录；修正原因后再次运行，会从这一步继续`,
    en: `${known?.hint === undefined ? '' : `${known.hint.en} `}The steps before it are recorded; mend the cause and run it again: it goes on from this step`,
  };
}

const hints: Partial<Record<ErrorCode, { zh: string; en: string }>> = {
  forbidden: {
    zh: '给数据库账号 CREATE、ALTER、INDEX、DROP、REFERENCES 权限后再试',
    en: 'Grant the account CREATE, ALTER, INDEX, DROP and REFERENCES, then try again',
  },
  timeout: {
    zh: '有长事务占着这张表；等它结束后再试',
    en: 'A long transaction holds the table; try again when it has ended',
  },
  unavailable: {
    zh: '连接断了；恢复后再次运行，会从这一步继续',
    en: 'The connection is gone; run it again when it is back: it goes on from this step',
  },
  cancelled: { zh: '再次运行会从这一步继续', en: 'Run it again to go on from this step' },
};

/**
 * unavailable: connection lost. forbidden: the account lacks the right. timeout: a table stayed locked. read_only: a
 * replica. cancelled: killed. Otherwise as for any statement; internal if the number is not known.
 */
function codeOf(error: unknown, errno: number | null, known: Refusal | null): ErrorCode {
  if (error instanceof Object && 'fatal' in error && error.fatal === true) return 'unavailable';
  if (errno === null) return 'internal';
  if ([1044, 1045, 1142, 1143, 1227, 1370].includes(errno)) return 'forbidden';
  if ([1205, 1213, 3024, 1969].includes(errno)) return 'timeout';
  if (errno === 1317) return 'cancelled';
  return known?.code ?? 'internal';
}

/** An applied file whose text has changed since. */
export function fileChanged(migration: MigrationFile, recorded: string): Refusal {
  return new Refusal(
    'conflict',
    {
      zh: `迁移文件在应用之后被改动：${migration.file}`,
      en: `${migration.file} was changed after it had been applied`,
    },
    {
      hint: {
        zh: '恢复原来的文件，把改动写进一个新的迁移文件',
        en: 'Put the file back as it was, and write the change as a new migration',
      },
      details: { file: migration.file, expected: recorded, found: migration.checksum },
    },
  );
}

/**
 * A half-applied file whose finished part was changed: continuing from the failed step would not give the file's
 * result.
 */
export function finishedPartChanged(migration: MigrationFile, step: string): Refusal {
  return new Refusal(
    'conflict',
    {
      zh: `迁移只应用了一半，而已完成的步骤被改动：${migration.file} · ${step}`,
      en: `${migration.file} is half applied, and a finished step was changed: ${step}`,
    },
    {
      hint: {
        zh: '恢复已完成的步骤；只修改失败的那一步及其后',
        en: 'Put the finished steps back as they were; change only the failed step and those after it',
      },
      details: { file: migration.file, step },
    },
  );
}
