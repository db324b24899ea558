import { Refusal } from '../../contract/errors.js';

/** One statement of a migration file: the SQL for the server, and what its comments say about it. */
export interface Statement {
  /** From `-- step: <name>`, else `step <ordinal>`. Unique in its file. */
  readonly name: string;
  /** The SQL without comments (except the executable ones) and without its semicolon. */
  readonly sql: string;
  /** From `-- unless: <SELECT>`: if it returns a row, the step is not needed. */
  readonly unless: string | null;
  readonly line: number;
}

/** A string, a quoted name, any kind of comment, a semicolon; everything between them is plain text. */
const token =
  /(?<quoted>'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|`(?:[^`]|``)*`)|(?<kept>\/\*[!+][^]*?\*\/)|(?<comment>--(?=\s|$)[^\n]*|#[^\n]*|\/\*[^]*?\*\/)|(?<end>;)|(?<open>['"`]|\/\*)|(?<space>\s+)|(?<word>[^'"`/#;\s-]+|[/-])/gy;

/**
 * Splits a migration file into its statements. Knows strings, quoted names and comments.
 * @param text the file's text
 * @returns the statements in order, named, with their guards
 * @throws Refusal `unsupported` for DELIMITER; `invalid_input` for an unfinished string or comment, a repeated name, a
 *   guard that is not a SELECT or has no statement after it
 */
export function splitStatements(text: string): Statement[] {
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const statements: Statement[] = [];
  const names = new Set<string>();
  let sql = '';
  let pending: Notes = {};
  let line = 1;
  let start = 1;

  const finish = (): void => {
    const body = sql.trim();
    sql = '';
    if (body === '') return;
    const name = pending.step ?? `step ${statements.length + 1}`;
    if (names.has(name)) throw broken(start, `步骤名重复：${name}`, `two steps are called "${name}"`);
    names.add(name);
    if (pending.unless !== undefined && !/^select\s/i.test(pending.unless)) {
      throw broken(start, '“unless:” 后面必须是 SELECT', '"unless:" takes a SELECT');
    }
    statements.push({ name, sql: body, unless: pending.unless ?? null, line: start });
    pending = {};
  };

  for (const match of source.matchAll(token)) {
    const groups = match.groups ?? {};
    if (groups['open'] !== undefined) throw broken(line, '字符串或注释没有结束', 'a string or a comment has no end');
    if (groups['end'] !== undefined) finish();
    else if (groups['comment'] !== undefined) {
      if (sql.trim() === '') pending = noted(pending, groups['comment']);
      else if (/^--\s*(step|unless):/.test(groups['comment'])) {
        throw broken(
          line,
          '“step:” 与 “unless:” 必须写在语句之前',
          '"step:" and "unless:" stand before a statement, not inside it',
        );
      } else sql += ' ';
    } else if (groups['space'] !== undefined) sql += sql === '' ? '' : match[0];
    else {
      if (sql === '') start = line;
      if (sql === '' && /^delimiter$/i.test(match[0])) {
        throw new Refusal('unsupported', {
          zh: `第 ${line} 行：迁移文件不支持 DELIMITER`,
          en: `Line ${line}: a migration file cannot use DELIMITER`,
        });
      }
      sql += match[0];
    }
    line += match[0].split('\n').length - 1;
  }
  finish();
  if (pending.step !== undefined || pending.unless !== undefined) {
    throw broken(line, '“step:” 或 “unless:” 后面没有语句', '"step:" or "unless:" stands before no statement');
  }
  return statements;
}

interface Notes {
  step?: string;
  unless?: string;
  /** Whether the last comment was a guard, which the next comment may continue. */
  open?: boolean;
}

/**
 * Handles one comment: a name, a guard, the continuation of a guard (indented by three spaces or more), or plain text.
 */
function noted(notes: Notes, comment: string): Notes {
  const step = /^--\s*step:\s*(.+?)\s*$/.exec(comment)?.[1];
  if (step !== undefined) return { ...notes, step, open: false };
  const unless = /^--\s*unless:\s*(.+?)\s*;?\s*$/.exec(comment)?.[1];
  if (unless !== undefined) return { ...notes, unless, open: true };
  const more = /^-- {3,}(.+?)\s*;?\s*$/.exec(comment)?.[1];
  if (more !== undefined && notes.open === true) return { ...notes, unless: `${notes.unless ?? ''} ${more}` };
  return { ...notes, open: false };
}

function broken(line: number, zh: string, en: string): Refusal {
  return new Refusal(
    'invalid_input',
    { zh: `迁移文件第 ${line} 行：${zh}`, en: `Migration file, line ${line}: ${en}` },
    { details: { line } },
  );
}
