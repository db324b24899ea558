import type { Connection } from 'mysql2';
import { Refusal } from '../../contract/errors.js';
import { breakOff } from './side-connection.js';
import { errorNumber } from './errors.js';
import { nameConnection } from './connection-names.js';
import { ordinaryRefusal } from './refusals.js';

/** Where a setting exists: on both engines, on MySQL from 8.0, on MariaDB, or on MariaDB from 11.1.1. */
type Where = 'both' | 'mysql' | 'mariadb' | 'mariadb 11.1';

export type Settings = readonly (readonly [Where, string])[];

/** More than any row count. The servers treat it as “no limit”. */
const noLimit = '18446744073709551615';

/**
 * The meaning of our statements depends on the session, and its defaults come from the server, a proxy or
 * `init_connect`. So every connection sets them itself. Each comment says what would go wrong without the line. None of
 * them needs a privilege. Some settings are left to the owner of the server, because they do not change the meaning:
 * how long to wait for locks, when idle connections end, memory, the optimizer.
 */
export const sessionSettings: Settings = [
  // Without UTF-8, the server would turn names into question marks. Parameters compare by the collation of the design.
  ['both', "NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_ci'"],
  // NO_BACKSLASH_ESCAPES would break the driver's escaping. A mode that is not strict would cut values.
  ['both', "sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"],
  ['both', "time_zone = '+00:00'"],
  // A write outside of a transaction would keep its locks, and would be lost with its connection.
  ['both', 'autocommit = 1'],
  // COMMIT would start the next transaction by itself, or end the connection.
  ['both', 'completion_type = 0'],
  // Results would be cut, or large joins refused, without a warning. The order matters: setting the size switches big
  // selects off.
  ['both', `sql_select_limit = ${noLimit}`],
  ['both', `max_join_size = ${noLimit}`],
  ['both', 'sql_big_selects = 1'],
  // Only this many bytes of a value count in ORDER BY: with fewer, paging would skip rows.
  ['both', 'max_sort_length = 1024'],
  ['both', 'group_concat_max_len = 1048576'],
  ['both', 'div_precision_increment = 4'],
  // Statements whose WHERE does not use a key would be refused.
  ['both', 'sql_safe_updates = 0'],
  // `id IS NULL` would find the last inserted row.
  ['both', 'sql_auto_is_null = 0'],
  ['both', 'foreign_key_checks = 1'],
  // Duplicates could get into a unique index.
  ['both', 'unique_checks = 1'],
  // Columns of migrations would get defaults that nobody wrote.
  ['both', 'explicit_defaults_for_timestamp = 1'],
  ['mysql', "transaction_isolation = 'READ-COMMITTED'"],
  ['mysql', 'transaction_read_only = 0'],
  // Each of our statements has its own limit. The server's limit would stop previews and chunks that are still working.
  ['mysql', 'max_execution_time = 0'],
  ['mariadb', "tx_isolation = 'READ-COMMITTED'"],
  ['mariadb', 'tx_read_only = 0'],
  ['mariadb 11.1', "transaction_isolation = 'READ-COMMITTED'"],
  ['mariadb 11.1', 'transaction_read_only = 0'],
  ['mariadb', 'max_statement_time = 0'],
  ['mariadb', 'check_constraint_checks = 1'],
  // DDL would silently skip things that exist, or that do not exist.
  ['mariadb', 'sql_if_exists = 0'],
  ['mariadb', "old_mode = ''"],
  // Galera: a read could be older than what another node has acknowledged, or come from a node that has lost the
  // cluster. A higher wait level stays.
  ['mariadb', 'wsrep_sync_wait = @@wsrep_sync_wait | 1'],
  ['mariadb', 'wsrep_dirty_reads = 0'],
  // Galera: migrations would run on this node only.
  ['mariadb', "wsrep_osu_method = 'TOI'"],
];

/** Comments that only one engine reads. So one statement works for both, without asking which engine it is. */
const comment: Readonly<Record<Exclude<Where, 'both'>, string>> = {
  mysql: '/*!80000',
  mariadb: '/*M!',
  'mariadb 11.1': '/*M!110101',
};

/** The first statement on every connection. */
export const sessionSetup = statementOf(sessionSettings);

/** Milliseconds from a successful sign-in until the connection must have its name and its settings. */
const timeoutMs = 8_000;

const unknownVariable = 1193;

/** Sends one statement on a connection and settles with its result. */
type Send = (statement: { readonly sql: string }) => Promise<unknown>;

/**
 * Pins the settings of sessions, in one round trip each. If the server does not know a setting, it cannot set it
 * wrongly either: the setting is left out, and not sent again to the same server.
 */
export class Session {
  #settings: Settings;

  constructor(wanted: Settings = sessionSettings) {
    this.#settings = wanted;
  }

  /**
   * Throws `unsupported` if the server refuses a setting, and the driver's errors if the server is gone. Then the
   * connection cannot be used.
   */
  async pin(send: Send): Promise<void> {
    for (;;) {
      const asked = this.#settings;
      try {
        await send({ sql: statementOf(asked) });
        return;
      } catch (error) {
        const left = errorNumber(error) === unknownVariable ? without(asked, error) : asked;
        if (left.length === asked.length) throw refused(error);
        // Another connection may have removed another setting in the meantime.
        this.#settings = this.#settings.filter((setting) => left.includes(setting));
      }
    }
  }
}

/**
 * Gives a new connection its name and its settings. Breaks it off if that fails or takes more than eight seconds. The
 * driver's own time limit only begins when earlier statements are answered, and nothing else watches a connection
 * before it is in use. `more`: what else is asked in that time. Throws as `Session.pin`.
 */
export async function prepare(
  connection: Connection,
  session: Session,
  more: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const timer = setTimeout(() => breakOff(connection, 'silent'), timeoutMs);
  try {
    nameConnection(connection);
    await session.pin(
      (statement) =>
        new Promise((resolve, reject) => {
          connection.query(statement, (error, result) => {
            if (error === null) resolve(result);
            else reject(error);
          });
        }),
    );
    await more();
  } catch (error) {
    // The driver would send a goodbye, which a silent server never answers.
    breakOff(connection, 'given up');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function statementOf(wanted: Settings): string {
  const named = (where: Where): string => wanted.flatMap(([on, set]) => (on === where ? [set] : [])).join(', ');
  const only = (Object.keys(comment) as (keyof typeof comment)[]).map((where) => {
    const list = named(where);
    return list === '' ? '' : ` ${comment[where]} , ${list} */`;
  });
  return `SET ${named('both')}${only.join('')}`;
}

/** The settings without the one that the server does not know. */
function without(wanted: Settings, error: unknown): Settings {
  const name = /'(\w+)'/.exec(error instanceof Error ? error.message : '')?.[1];
  return name === undefined ? wanted : wanted.filter(([, set]) => !set.startsWith(`${name} =`));
}

function refused(error: unknown): unknown {
  const number = errorNumber(error);
  if (number === null || number < 1_000) return error;
  // The account has used up its statements, or the server is full: that says nothing about the settings.
  const known = error instanceof Error ? ordinaryRefusal(error)?.code : undefined;
  if (known === 'unavailable' || known === 'timeout' || known === 'conflict') return error;
  return new Refusal(
    'unsupported',
    {
      zh: '数据库拒绝了控制台所依赖的会话设置',
      en: 'The database refuses session settings that this console depends on',
    },
    {
      hint: {
        zh: '检查数据库前的代理是否允许 SET 语句。',
        en: 'See whether a proxy in front of the database lets SET statements through.',
      },
      details: { errno: number, message: error instanceof Error ? error.message : '' },
      cause: error,
    },
  );
}
