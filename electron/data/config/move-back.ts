import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { Refusal } from '../../contract/errors.js';
import type { Sql } from '../mysql/database.js';
import { errorNumber } from '../mysql/errors.js';

/**
 * How many seconds the barrier waits for writes that began while the entries were in rows. New writes wait behind it,
 * but never longer than this.
 */
const barrierSeconds = 1;
/** Number of tries, and milliseconds between them, in which waiting writes continue. */
const tries = 5;
const rest = 200;

/** Lock wait timeouts for table definitions: MySQL's and MariaDB's. */
const waited = new Set([1205, 3024, 1969]);

/**
 * Begins to move entries back: from now on every writer of an entry locks the config's row, and all earlier writers
 * have ended. Returns the ticket for `moveBack`; a later call invalidates it. A move that died here can be begun again,
 * or called off with `callOffMoveBack`; the site works in the meantime.
 *
 * The barrier is a change of the table's definition (its comment): for it the server waits until no transaction uses
 * the table that every writer reads first. Throws `conflict` if one still does after some six seconds, with the entries
 * in rows as before; `unavailable`.
 */
export async function beginMoveBack(sql: Sql, connect: () => Promise<Connection>): Promise<string> {
  const ticket = randomUUID();
  const { affectedRows } = await sql.run(
    "UPDATE console_config_state SET mode = 'leaving', ticket = ? WHERE id = 1 AND mode <> 'json'",
    [ticket],
  );
  if (affectedRows !== 1)
    throw new Refusal('conflict', { zh: '配置条目不在数据表中', en: 'The entries of the config are not in rows' });
  try {
    await waitForWriters(connect, ticket);
  } catch (error) {
    await callOffMoveBack(sql, ticket);
    if (!waited.has(errorNumber(error) ?? 0)) throw error;
    throw new Refusal(
      'conflict',
      {
        zh: '有写操作一直没有结束，暂时不能迁回',
        en: 'A write has not ended yet, so the entries cannot be moved back now',
      },
      {
        hint: {
          zh: '条目仍在数据表中，站点照常工作。稍后再试，或结束长时间未提交的事务。',
          en: 'The entries are in rows as before, and the site works. Try later, or end transactions that stay open.',
        },
        cause: error,
      },
    );
  }
  return ticket;
}

/**
 * Calls off the move back with this ticket (does nothing if another has begun), or any: the entries are in rows as
 * before. Returns false if no such move had begun.
 */
export async function callOffMoveBack(sql: Sql, ticket?: string): Promise<boolean> {
  const { affectedRows } = await sql.run(
    `UPDATE console_config_state SET mode = 'rows', ticket = NULL WHERE id = 1 AND mode = 'leaving'${ticket === undefined ? '' : ' AND ticket = ?'}`,
    ticket === undefined ? [] : [ticket],
  );
  return affectedRows === 1;
}

async function waitForWriters(connect: () => Promise<Connection>, ticket: string): Promise<void> {
  const connection = await connect();
  try {
    await connection.query(`SET SESSION lock_wait_timeout = ${String(barrierSeconds)}`);
    for (let left = tries; ; left -= 1) {
      try {
        await connection.query('ALTER TABLE console_config_state COMMENT = ?', [`barrier ${ticket}`]);
        return;
      } catch (error) {
        if (left === 1 || !waited.has(errorNumber(error) ?? 0)) throw error;
        await sleep(rest);
      }
    }
  } finally {
    connection.destroy();
  }
}
