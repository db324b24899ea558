import type { Connection } from 'mysql2/promise';
import type { DatabaseKind } from '../../storage/migrations/recognise.js';
import type { DatabaseConfig } from '../../storage/mysql/database.js';
import { rootOf, type Trouble } from './fault.js';

/**
 * Statements that change nothing, which the server refuses to whoever may not write: no row fits, and the whole is rolled back. Rights are not read from
 * SHOW GRANTS, whose roles, wildcards and columns only the server can put together.
 */
const writes = [
  'INSERT INTO users (username, password_hash) SELECT username, password_hash FROM users WHERE 1 = 0',
  'UPDATE users SET username = username WHERE 1 = 0 LIMIT 1',
  'DELETE FROM users WHERE 1 = 0 LIMIT 1',
];
/** The console's notes of every change. */
const notes = ['INSERT INTO console_audit (operation) SELECT operation FROM console_audit WHERE 1 = 0'];
/** In an empty database the tables are still to be made; this one is not, because what it is to be like is not there. */
const makes = ['CREATE TABLE console_rights_probe LIKE console_rights_probe_pattern'];

const tries: Readonly<Record<Exclude<DatabaseKind, 'foreign'>, readonly string[]>> = {
  empty: makes,
  site: writes,
  site_with_console: [...writes, ...notes],
};

/** Says where the account, or the server, only reads; null where it writes. Changes nothing; throws what is no refusal of a write. */
export async function writingTrouble(
  connection: Connection,
  kind: Exclude<DatabaseKind, 'foreign'>,
  config: DatabaseConfig,
): Promise<Trouble | null> {
  await connection.query('SET SESSION lock_wait_timeout = 1');
  await connection.query('START TRANSACTION');
  try {
    for (const statement of tries[kind]) {
      try {
        await connection.query(statement);
      } catch (error) {
        const root = rootOf(error);
        const trouble = troubleOf(root, config);
        if (trouble !== null) return trouble;
        // A table that is being rebuilt is not waited for once more.
        if (root.errno === 1205) return null;
      }
    }
    return null;
  } finally {
    await connection.query('ROLLBACK').catch(() => undefined);
  }
}

function troubleOf(
  error: Error & { readonly errno?: number; readonly fatal?: boolean },
  config: DatabaseConfig,
): Trouble | null {
  const { user, database } = config;
  switch (error.errno) {
    // Of a table, of a column, of an operation.
    case 1142:
    case 1143:
    case 1227:
      return {
        fault: 'read_only',
        text: {
          zh: `账号 ${user} 不能修改数据库 ${database}：${error.message}`,
          en: `The account ${user} may not change the database ${database}: ${error.message}`,
        },
        hint: {
          zh: `请管理员执行 GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES ON ${database}.* TO '${user}'@…。`,
          en: `Have an administrator run GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES ON ${database}.* TO '${user}'@….`,
        },
      };
    // read_only, a transaction that may only read, InnoDB's own read-only mode.
    case 1290:
    case 1792:
    case 1836:
    case 1874:
      return {
        fault: 'read_only',
        text: {
          zh: `这台 MySQL 只读：${error.message}`,
          en: `This MySQL only reads: ${error.message}`,
        },
        hint: {
          zh: '这可能是副本：改连主服务器，或在服务器上关闭 read_only。',
          en: 'It may be a replica: connect to the primary, or switch read_only off on the server.',
        },
      };
    default:
      // A table that this site lacks, one that is locked: nothing about rights. Where the connection broke there is nothing more to ask.
      if (error.fatal === true) throw error;
      return null;
  }
}
