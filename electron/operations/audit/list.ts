import type { AuditDetails, AuditRow } from '../../contract/audit.js';
import type { Page, Proof } from '../../contract/common.js';
import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import { type Parameter, sqlTime } from '../../storage/mysql/database.js';
import { keyOf } from '../../storage/rows.js';
import type { SiteContext } from '../context.js';
import { auditRow, type Entry, entryColumns, entryOf } from './entry.js';
import { masked } from './masked.js';
import { proofOf } from './proof.js';

/** Audit entries, newest first, in keyset pages by id. A site without console tables has none. */
export async function listAudit(
  { filter, limit, after }: Parsed<'audit.list'>,
  { site, signal, label }: SiteContext,
): Promise<Page<AuditRow>> {
  if (!(await site.hasConsoleTables())) return { rows: [], next: null };
  const conditions: string[] = [];
  const parameters: Parameter[] = [];
  const add = (condition: string, ...values: readonly Parameter[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (filter.operator !== undefined) add('a.operator = ?', filter.operator);
  if (filter.operation !== undefined) add('a.operation = ?', filter.operation);
  if (filter.outcome !== undefined)
    add('a.outcome IN (?)', filter.outcome === 'done' ? ['done', 'running'] : [filter.outcome]);
  if (filter.from !== undefined) add('a.at >= ?', sqlTime(filter.from));
  if (filter.to !== undefined) add('a.at <= ?', sqlTime(filter.to));
  if (filter.target !== undefined)
    add('a.id IN (SELECT t.audit_id FROM console_audit_targets t WHERE t.target = ?)', filter.target);
  if (after !== undefined) add('a.id < ?', placeOf(after));
  const rows = await site.db.rows<Entry>(
    `SELECT ${entryColumns} FROM console_audit a${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`} ORDER BY a.id DESC LIMIT ${String(limit + 1)}`,
    parameters,
    signal,
  );
  const page = rows.slice(0, limit).map((row) => auditRow(row, label));
  const last = page[page.length - 1];
  return {
    rows: page,
    next: rows.length > limit && last !== undefined ? Buffer.from(last.id).toString('base64url') : null,
  };
}

function placeOf(cursor: string): Parameter {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (/^\d{1,20}$/.test(id)) return keyOf(id);
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
    [keyOf(id)],
    signal,
  );
  const changes = await site.db.rows<{ target: string; before_image: string | null; after_image: string | null }>(
    'SELECT target, before_image, after_image FROM console_audit_targets WHERE audit_id = ? ORDER BY seq LIMIT 200',
    [keyOf(id)],
    signal,
  );
  return {
    ...auditRow(entry, label),
    input: shortened(parsed(asked?.input ?? null)),
    error: entry.error,
    proof: await proofOf(site, id, signal),
    changes: changes.map((row) => ({
      target: row.target,
      before: masked(parsed(row.before_image)),
      after: masked(parsed(row.after_image)),
    })),
  };
}

/** Where a change took effect by now. Throws not_found. */
export async function getProof({ id }: { readonly id: string }, { site, signal }: SiteContext): Promise<Proof> {
  await needTables(site);
  return proofOf(site, id, signal);
}

async function needTables(site: SiteContext['site']): Promise<void> {
  if (!(await site.hasConsoleTables()))
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
