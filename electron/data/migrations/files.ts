import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../contract/errors.js';
import { splitStatements, type Statement } from './split.js';

export interface Step extends Statement {
  /** Position in the file, from 1. */
  readonly ordinal: number;
  readonly checksum: string;
}

export interface MigrationFile {
  /** The file's name without its folder: 0001_site_schema.sql, R001_list_indexes.sql. */
  readonly file: string;
  /** Over names, guards and statements; comments and spacing do not count. */
  readonly checksum: string;
  readonly steps: readonly Step[];
}

const fileName = /^(\d{4}|R\d{3})_[a-z0-9_]+\.sql$/;

/**
 * Reads a folder of migrations, in the order in which they are applied.
 * @throws Refusal `not_found` if there is no such folder; `invalid_input` for a .sql file whose name is not understood,
 *   two files with one number, or a file without statements; what `splitStatements` throws, with the file's name before
 *   the message
 */
export async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const names = await sqlFiles(folder);
  const numbers = new Map<string, string>();
  for (const name of names) {
    const number = fileName.exec(name)?.[1];
    if (number === undefined) {
      throw new Refusal(
        'invalid_input',
        { zh: `不认识的迁移文件名：${name}`, en: `Not a migration's name: ${name}` },
        {
          hint: { zh: '应为 0001_name.sql 或 R001_name.sql', en: 'It should look like 0001_name.sql or R001_name.sql' },
          details: { file: name },
        },
      );
    }
    const other = numbers.get(number);
    if (other !== undefined) {
      throw new Refusal(
        'invalid_input',
        { zh: `迁移编号重复：${other} 与 ${name}`, en: `Two migrations with one number: ${other} and ${name}` },
        {
          details: { files: [other, name] },
        },
      );
    }
    numbers.set(number, name);
  }
  return Promise.all(names.map(async (name) => parseMigration(name, await readFile(join(folder, name), 'utf8'))));
}

/**
 * Creates a migration from a file's name and text.
 * @throws Refusal `invalid_input` or `unsupported`, as `readMigrations`
 */
export function parseMigration(file: string, text: string): MigrationFile {
  const steps = statementsOf(file, text).map((statement, index) => ({
    ...statement,
    ordinal: index + 1,
    checksum: sha256(normalised(statement.sql)),
  }));
  if (steps.length === 0) {
    throw new Refusal(
      'invalid_input',
      { zh: `迁移文件里没有语句：${file}`, en: `No statement in ${file}` },
      { details: { file } },
    );
  }
  const whole = steps
    .map((step) => `${step.name}\n${normalised(step.unless ?? '')}\n${normalised(step.sql)};\n`)
    .join('');
  return { file, checksum: sha256(whole), steps };
}

function statementsOf(file: string, text: string): Statement[] {
  try {
    return splitStatements(text);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(
      error.code,
      { zh: `${file}：${error.text.zh}`, en: `${file}: ${error.text.en}` },
      {
        details: { file, problem: error.details },
        cause: error,
      },
    );
  }
}

async function sqlFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
      .map((entry) => entry.name)
      .toSorted();
  } catch (error) {
    throw new Refusal(
      'not_found',
      { zh: `读不到迁移文件夹：${folder}`, en: `The folder of migrations cannot be read: ${folder}` },
      { cause: error },
    );
  }
}

/** Spacing outside strings does not count; inside them it does. */
function normalised(sql: string): string {
  return sql
    .replace(
      /('(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|`(?:[^`]|``)*`)|\s+/g,
      (_, quoted: string | undefined) => quoted ?? ' ',
    )
    .trim();
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
