import { type KnownField, knownFields } from '../../data/config/entry-fields.js';
import { fieldOf, isObject } from '../../data/config/same-json.js';
import type { Sql } from '../../data/mysql/database.js';
import { chunked } from '../../data/write/row-writer.js';
import type { RecordedChange } from './entry-changes.js';

/** The operation whose audit entry says that somebody has looked at what was overwritten, and leaves it so. */
const dismissing = 'config.dismiss';

interface DismissalRow {
  readonly audit_id: string | number;
  readonly target: string;
  readonly after_image: string | null;
  readonly at: string;
}

/** The last dismissal of one field of an entry. */
interface Dismissal {
  readonly auditId: number;
  readonly at: string;
}

/**
 * Which of these changes somebody has dismissed since they were made, however long ago. The audit is asked for their
 * users only, by its index of targets and from the first dismissal on: what was dismissed of others is not read.
 */
export async function dismissedOf(
  sql: Sql,
  changes: readonly RecordedChange[],
): Promise<(change: RecordedChange) => boolean> {
  const last = new Map<string, Dismissal>();
  for (const names of chunked([...new Set(changes.map(({ username }) => username))], 1_000)) {
    const rows = await sql.rows<DismissalRow>(
      `SELECT t.audit_id, t.target, t.after_image, a.at
       FROM console_audit_targets t FORCE INDEX (idx_target) STRAIGHT_JOIN console_audit a ON a.id = t.audit_id
       WHERE t.target IN (?) AND a.operation = ? AND a.outcome IN ('done', 'running')
         AND t.audit_id >= (SELECT MIN(f.id) FROM console_audit f WHERE f.operation = ?)`,
      [names, dismissing, dismissing],
    );
    for (const { audit_id, target, after_image, at } of rows) {
      const auditId = Number(audit_id);
      for (const field of fieldsIn(after_image)) {
        const key = keyOf(target, field);
        if (auditId > (last.get(key)?.auditId ?? 0)) last.set(key, { auditId, at });
      }
    }
  }
  return ({ username, field, auditId, at }) => {
    const found = last.get(keyOf(username, field));
    if (found === undefined) return false;
    // A ban by the site's storage has no number in the audit, and its time has whole seconds.
    return auditId === null ? found.at >= at : found.auditId > Number(auditId);
  };
}

const keyOf = (username: string, field: KnownField): string => `${field} ${username}`;

/** The fields that an entry of `config.dismiss` names. */
function fieldsIn(image: string | null): readonly KnownField[] {
  const after: unknown = image === null ? null : JSON.parse(image);
  const list = isObject(after) ? fieldOf(after, 'dismissed') : null;
  const first: unknown = Array.isArray(list) ? list[0] : null;
  const fields = isObject(first) ? fieldOf(first, 'entryFields') : null;
  return Array.isArray(fields) ? knownFields.filter((field) => fields.includes(field)) : [];
}
