import type { AuditDetails } from '../../contract/audit.js';
import type { Proof } from '../../contract/common.js';
import { isOfUser, type Kind } from '../../data/tables.js';
import { keyParameter } from '../../data/write/row-writer.js';
import type { SiteContext } from '../context.js';
import { abortable } from '../kit/abortable.js';
import { auditRow, entryOf, jobOf, noSuchEntry, undoState } from './entry.js';
import { proofOf } from './proof.js';
import { redact } from './redact.js';
import { whyNot } from './rights.js';
import { shownTargets, targetNames } from './target-names.js';

/**
 * One entry with its input, its changes (at most 200 things) and where it took effect. Secrets in images are masked.
 * Throws not_found.
 */
export async function getAudit(
  { id }: { readonly id: string },
  { site, signal, label, say }: SiteContext,
): Promise<AuditDetails> {
  await needTables(site);
  const sql = abortable(site.db, signal);
  const entry = await entryOf(sql, id);
  const [asked] = await sql.rows<{ input: string }>('SELECT input FROM console_audit WHERE id = ?', [keyParameter(id)]);
  const changes = await sql.rows<{
    kind: Kind;
    target: string;
    before_image: string | null;
    after_image: string | null;
  }>(
    'SELECT kind, target, before_image, after_image FROM console_audit_targets WHERE audit_id = ? ORDER BY seq LIMIT 200',
    [keyParameter(id)],
  );
  const names = await targetNames(sql, [entry], await site.has('cards'));
  return {
    ...auditRow(entry, label, shownTargets(entry, names, say)),
    input: shortened(parsed(asked?.input ?? null)),
    job: jobOf(entry),
    proof: await proofOf(site, id, signal),
    whyNotUndone: undoState(entry) === 'impossible' ? say(whyNot(entry)) : null,
    changes: changes.map((row) => ({
      target: row.target,
      ofUser: isOfUser(row.kind),
      before: redact(parsed(row.before_image)),
      after: redact(parsed(row.after_image)),
    })),
  };
}

/** Where a change has taken effect until now. Throws not_found. */
export async function getProof({ id }: { readonly id: string }, { site, signal }: SiteContext): Promise<Proof> {
  await needTables(site);
  return proofOf(site, id, signal);
}

async function needTables(site: SiteContext['site']): Promise<void> {
  if (!(await site.has('console'))) throw noSuchEntry();
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}

/** Cuts long lists and says so: ten thousand pasted names need not be sent to the window. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length <= 200
      ? value.map(shortened)
      : [...(value.slice(0, 200) as unknown[]), `… ${String(value.length - 200)}`];
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shortened(part)]));
}
