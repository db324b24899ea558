import type { BatchDetails } from '../../../contract/cards-issue.js';
import { isoOf, type Sql } from '../../../data/mysql/database.js';
import { chunked } from '../../../data/write/row-writer.js';
import { batchesOfCards } from '../batch-store.js';

type Taken = BatchDetails['taken'][number];

const most = 100;
/** How many of the latest views of single cards, of any batch, are searched. */
const mostLooks = 2_000;

interface Row {
  readonly id: string | number;
  readonly at: string;
  readonly operator: string;
}

/** Who exported or viewed keys of a batch, newest first; at most 100. */
export async function accessLogOf(sql: Sql, batchId: string): Promise<readonly Taken[]> {
  const all = [...(await exportsOf(sql, batchId)), ...(await looksAt(sql, batchId))];
  return all.sort((a, b) => Number(BigInt(b.auditId) - BigInt(a.auditId))).slice(0, most);
}

async function exportsOf(sql: Sql, batchId: string): Promise<Taken[]> {
  const rows = await sql.rows<Row & { after_image: string | null }>(
    `SELECT a.id, a.at, a.operator, t.after_image FROM console_audit_targets t JOIN console_audit a ON a.id = t.audit_id
     WHERE t.target = ? AND a.operation = 'cards.export' AND a.outcome <> 'refused' ORDER BY a.id DESC LIMIT ${String(most)}`,
    [`batch:${batchId}`],
  );
  return rows.map((row) => {
    const image = JSON.parse(row.after_image ?? '{}') as {
      readonly export?: readonly { readonly format?: unknown; readonly cards?: unknown }[];
    };
    const [taken] = image.export ?? [];
    const format = typeof taken?.format === 'string' ? taken.format : null;
    return { ...common(row), how: 'export', format, count: Number(taken?.cards ?? 0) };
  });
}

/** An audit entry names a card by its hash. The cards' ids tell which of the latest entries are of this batch. */
async function looksAt(sql: Sql, batchId: string): Promise<Taken[]> {
  const looks = await sql.rows<Row & { target: string }>(
    `SELECT a.id, a.at, a.operator, t.target FROM console_audit a JOIN console_audit_targets t ON t.audit_id = a.id
     WHERE a.operation = 'cards.reveal' AND t.kind = 'card' ORDER BY a.id DESC LIMIT ${String(mostLooks)}`,
  );
  const ids = new Map<string, string>();
  for (const some of chunked([...new Set(looks.map((look) => look.target))], 1_000)) {
    const rows = await sql.rows<{ id: string | number; key_hash: string }>(
      'SELECT id, key_hash FROM card_keys WHERE key_hash IN (?)',
      [some],
    );
    for (const row of rows) ids.set(row.key_hash, String(row.id));
  }
  const of = await batchesOfCards(sql, [...ids.values()]);
  const found = new Map<string, Taken>();
  for (const look of looks) {
    const id = ids.get(look.target);
    if (id === undefined || of.get(id) !== batchId) continue;
    const before = found.get(String(look.id));
    found.set(String(look.id), { ...common(look), how: 'reveal', format: null, count: (before?.count ?? 0) + 1 });
  }
  return [...found.values()];
}

function common(row: Row): Pick<Taken, 'at' | 'by' | 'auditId'> {
  return { at: isoOf(row.at), by: row.operator, auditId: String(row.id) };
}
