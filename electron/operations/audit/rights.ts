import { asColumn } from '../../data/mysql/column-collation.js';
import { Refusal } from '../../contract/errors.js';
import type { Operator } from '../../contract/session.js';
import type { LocalizedText } from '../../contract/text.js';
import type { Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import { holderColumns, kindsOfUsers } from '../../data/tables.js';
import { definitionOf, type Entry, undoState } from './entry.js';

/** An undo needs the right that the change needed, for the users that it changed. Throws conflict, forbidden. */
export async function checkMayUndo(sql: Sql, entry: Entry, operator: Operator): Promise<void> {
  const state = undoState(entry);
  if (state === 'undone')
    throw new Refusal('conflict', { zh: '这次变更已经撤销过', en: 'This change was undone before' });
  if (state === 'impossible')
    throw new Refusal(
      'conflict',
      { zh: '这条记录无法撤销', en: 'This entry cannot be undone' },
      { hint: whyNot(entry) },
    );
  if (operator.role === 'owner') return;
  const definition = definitionOf(entry);
  const ownersOnly =
    definition?.role === 'owner' || (entry.operator_role === 'owner' && definition?.undoneByOwner === true);
  const [protectedOne] = ownersOnly
    ? [{ target: '' }]
    : await sql.rows<{ target: string }>(
        `SELECT t.target FROM console_audit_targets t JOIN users u ON u.username = t.target${await asColumn(sql, 'users', 'username')}
         WHERE t.audit_id = ? AND t.kind IN (?) AND u.role <> 'user' LIMIT 1`,
        [keyParameter(entry.id), kindsOfUsers],
      );
  if (protectedOne !== undefined || (await takesFromOthers(sql, entry, operator)))
    throw new Refusal('forbidden', { zh: '只有站长能撤销这次变更', en: 'Only the owner can undo this change' });
}

/**
 * True if the undo would take something away from an owner or from another admin who owns it. Only owners may do that.
 */
async function takesFromOthers(sql: Sql, entry: Entry, operator: Operator): Promise<boolean> {
  const named = holderColumns.map(
    (column) => `LOCATE(CONCAT('"${column}":', JSON_QUOTE(u.username)) COLLATE utf8mb4_unicode_ci, t.after_image) > 0`,
  );
  const rows = await sql.rows(
    `SELECT t.seq FROM users u JOIN console_audit_targets t ON t.audit_id = ? AND t.kind NOT IN (?) AND (${named.join(' OR ')})
     WHERE u.role <> 'user' AND u.username <> ? LIMIT 1`,
    [keyParameter(entry.id), kindsOfUsers, operator.username],
  );
  return rows.length > 0;
}

/** Why an entry that cannot be undone cannot. */
export function whyNot(entry: Entry): LocalizedText {
  if (entry.outcome === 'running')
    return { zh: '任务还在进行，先等它结束或取消它。', en: 'Its job still runs: wait for it, or cancel it.' };
  if (entry.undo_of !== null)
    return {
      zh: '它本身就是一次撤销；需要时重新执行原操作。',
      en: 'It is an undo itself; do the original again if you need it.',
    };
  if (entry.outcome === 'failed' && entry.targets > 0)
    return { zh: '任务中途失败：先继续或取消它。', en: 'Its job failed half-way: let it go on, or cancel it.' };
  const { notUndone } = definitionOf(entry) ?? {};
  if (notUndone !== undefined) return notUndone;
  if (entry.targets > 0)
    return { zh: '数据量过大，没有保存完整的原貌。', en: 'There was too much data to keep an image of all of it.' };
  return { zh: '它没有改动任何数据。', en: 'It changed nothing.' };
}
