import { createHash } from 'node:crypto';
import type { ImportReport } from '../../../contract/cards-import.js';
import { Refusal } from '../../../contract/errors.js';
import type { Parameter, Sql } from '../../../data/mysql/database.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import type { Site } from '../../../data/site.js';
import type { StagedCard } from './parsed-rows.js';
import type { ImportReason } from './reasons.js';

/** The stored part of a report. Keys in it are masked. */
export interface KeptReport extends Pick<ImportReport, 'lines' | 'counts' | 'types'> {
  readonly samples: readonly (Omit<ImportReport['samples'][number], 'why'> & { readonly why: ImportReason })[];
}

/** Values that an import passes to its batch. */
export interface ImportOptions {
  readonly note: string | null;
  readonly channel: string | null;
}

export interface ImportRow {
  readonly file_name: string;
  readonly state: ImportReport['state'];
  readonly options: string;
  readonly report: string | null;
  readonly fingerprint: string | null;
  readonly batch_id: string | number | null;
}

/** An import by its id. Throws not_found. */
export async function importRow(sql: Sql, importId: string, hold = false): Promise<ImportRow> {
  const [row] = await sql.rows<ImportRow>(
    `SELECT file_name, state, options, report, fingerprint, batch_id FROM console_card_imports WHERE id = ?${hold ? ' FOR UPDATE' : ''}`,
    [keyParameter(importId)],
  );
  if (row !== undefined) return row;
  throw new Refusal(
    'not_found',
    { zh: '没有这次导入', en: 'There is no such import' },
    { hint: { zh: '重新读入文件；未确认的导入只保留一天。', en: 'Read the file again: imports wait for a day.' } },
  );
}

const columns = 'import_id, seq, key_hash, plain_key, key_type, status, created_at, expires_at';

/**
 * Stores the cards of an import in order until somebody confirms it. Uses LOAD DATA if the server accepts it, because
 * that keeps the main loop free.
 */
export class Staging {
  readonly #site: Site;
  readonly #importId: bigint;
  readonly #digest = createHash('sha256');
  #count = 0;
  #load = true;

  constructor(site: Site, importId: string) {
    this.#site = site;
    this.#importId = BigInt(importId);
  }

  get count(): number {
    return this.#count;
  }

  async add(cards: readonly StagedCard[], signal: AbortSignal): Promise<void> {
    if (cards.length === 0) return;
    const rows = cards.map((card, at): Parameter[] => [
      this.#importId,
      this.#count + at,
      card.hash,
      card.key,
      card.type,
      card.status,
      card.created,
      card.expires,
    ]);
    const written = (await this.#loaded(rows, signal)) ?? (await this.#inserted(rows, signal));
    if (written !== rows.length) throw new Error('The database did not keep every line');
    for (const { hash, type, status, created, expires } of cards)
      this.#digest.update(`${hash} ${type} ${status} ${created} ${expires}\n`);
    this.#count += rows.length;
  }

  /** Over all stored cards, and the counts of the rest. Call it once, at the end. */
  fingerprint(counts: KeptReport['counts']): string {
    return this.#digest.update(JSON.stringify(counts)).digest('hex').slice(0, 32);
  }

  /** null if the server does not accept files. */
  async #loaded(rows: readonly Parameter[][], signal: AbortSignal): Promise<number | null> {
    if (!this.#load) return null;
    const lines = rows.map((row) => `${row.map((cell) => String(cell).replaceAll('\\', '\\\\')).join('\t')}\n`);
    try {
      const { affectedRows } = await this.#site.db.transaction(
        (tx) =>
          tx.load(
            `LOAD DATA LOCAL INFILE 'lines' INTO TABLE console_card_import_rows CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (${columns})`,
            Buffer.from(lines.join('')),
          ),
        signal,
      );
      return affectedRows;
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'unsupported')) throw error;
      this.#load = false;
      return null;
    }
  }

  async #inserted(rows: readonly Parameter[][], signal: AbortSignal): Promise<number> {
    const { affectedRows } = await this.#site.db.run(
      `INSERT INTO console_card_import_rows (${columns}) VALUES ?`,
      [rows],
      signal,
    );
    return affectedRows;
  }
}

/** Lines deleted in one statement: few enough that nobody waits for it. */
const atOnce = 20_000;

/** Deletes the waiting lines of an import, in portions. */
export async function dropLines(sql: Sql, importId: string): Promise<void> {
  for (;;) {
    const { affectedRows } = await sql.run('DELETE FROM console_card_import_rows WHERE import_id = ? LIMIT ?', [
      keyParameter(importId),
      atOnce,
    ]);
    if (affectedRows < atOnce) return;
  }
}

/**
 * Deletes imports that nobody confirmed within a day, and lines of cancelled imports after a month. Each read of a file
 * deletes a few, so no scheduled job is needed.
 */
export async function clearOldImports(sql: Sql): Promise<void> {
  const old = await sql.rows<{ id: string | number; state: string }>(
    `SELECT id, state FROM console_card_imports WHERE created_at < UTC_TIMESTAMP(3) - INTERVAL 1 DAY
     AND (state <> 'applied' OR (created_at < UTC_TIMESTAMP(3) - INTERVAL 30 DAY AND EXISTS (SELECT 1 FROM console_card_import_rows r WHERE r.import_id = console_card_imports.id)))
     ORDER BY id LIMIT 5`,
  );
  for (const { id, state } of old) {
    await dropLines(sql, String(id));
    if (state !== 'applied') await sql.run('DELETE FROM console_card_imports WHERE id = ?', [keyParameter(id)]);
  }
}
