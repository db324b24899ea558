import type { AuditDetails, AuditRow } from '../../contract/audit.js';
import type { Count, Page, Proof } from '../../contract/common.js';
import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import type { Parameter } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import type { SiteContext } from '../context.js';
import { estimateOf } from '../kit/estimate.js';
import { auditRow, type Entry, entryColumns, entryOf } from './entry.js';
import { whereOf } from './filter.js';
import { redact } from './redact.js';
import { proofOf } from './proof.js';

/** Audit entries, newest first, in keyset pages by id. A site without console tables has none. */
export async function listAudit(
  { filter, limit, after }: Parsed<'audit.list'>,
  { site, signal, label }: SiteContext,
): Promise<Page<AuditRow>> {
  if (!(await site.has('console'))) return { rows: [], next: null };
  const where = whereOf(filter, after === undefined ? undefined : placeOf(after));
  const rows = await site.db.rows<Entry>(
    `SELECT ${entryColumns} FROM console_audit a${where.sql} ORDER BY a.id DESC LIMIT ${String(limit + 1)}`,
    where.parameters,
    signal,
  );
  const page = rows.slice(0, limit).map((row) => auditRow(row, label));
  const last = page[page.length - 1];
  return {
    rows: page,
    next: rows.length > limit && last !== undefined ? Buffer.from(last.id).toString('base64url') : null,
  };
}

/** How many entries match; without a filter the server's estimate will do, unless an exact number is asked for. */
export async function countAudit(
  { filter, exact }: Parsed<'audit.count'>,
  { site, signal }: SiteContext,
): Promise<Count> {
  if (!(await site.has('console'))) return { count: 0, exact: true };
  if (!exact && Object.values(filter).every((value) => value === undefined)) {
    const estimate = await estimateOf(site.db, 'console_audit', signal);
    if (estimate !== null) return { count: estimate, exact: false };
  }
  const { sql, parameters } = whereOf(filter);
  const [row] = await site.db.rows<{ found: string }>(
    `SELECT COUNT(*) AS found FROM console_audit a${sql}`,
    parameters,
    signal,
  );
  return { count: Number(row?.found ?? 0), exact: true };
}

function placeOf(cursor: string): Parameter {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (/^\d{1,20}$/.test(id)) return keyParameter(id);
  throw new Refusal(
    'invalid_input',
    { zh: '翻页位置无效', en: 'This place in the list is not valid' },
    { details: { field: 'after' } },
  );
}

/** One entry with what was asked, what changed (at most 200 things) and where it took effect. Secrets in images are masked. Throws not_found. */
export async function getAudit(
  { id }: { readonly id: string },
  { site, signal, label }: SiteContext,
): Promise<AuditDetails> {
  await needTables(site);
  const entry = await entryOf(site.db, id);
  const [asked] = await site.db.rows<{ input: string }>(
    'SELECT input FROM console_audit WHERE id = ?',
    [keyParameter(id)],
    signal,
  );
  const changes = await site.db.rows<{ target: string; before_image: string | null; after_image: string | null }>(
    'SELECT target, before_image, after_image FROM console_audit_targets WHERE audit_id = ? ORDER BY seq LIMIT 200',
    [keyParameter(id)],
    signal,
  );
  return {
    ...auditRow(entry, label),
    input: shortened(parsed(asked?.input ?? null)),
    error: entry.error,
    proof: await proofOf(site, id, signal),
    changes: changes.map((row) => ({
      target: row.target,
      before: redact(parsed(row.before_image)),
      after: redact(parsed(row.after_image)),
    })),
  };
}

/** Where a change took effect by now. Throws not_found. */
export async function getProof({ id }: { readonly id: string }, { site, signal }: SiteContext): Promise<Proof> {
  await needTables(site);
  return proofOf(site, id, signal);
}

async function needTables(site: SiteContext['site']): Promise<void> {
  if (!(await site.has('console')))
    throw new Refusal('not_found', { zh: '没有这条操作记录', en: 'There is no such audit entry' });
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}

/** Ten thousand pasted names need not travel to be looked at: long lists are cut, and say so. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length <= 200
      ? value.map(shortened)
      : [...(value.slice(0, 200) as unknown[]), `… ${String(value.length - 200)}`];
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shortened(part)]));
}
