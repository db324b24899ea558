import { Refusal } from '../../../contract/errors.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import type { SiteContext } from '../../context.js';

/**
 * Cards in plain text, at most a thousand. The audit records each view by the card's hash before the keys are read.
 * Nothing plain goes into the audit, or into the answer that is stored for a repeated call: that has only ids. Ids that
 * do not exist are left out, and so are cards whose plain text the site never kept. Throws not_found if there are none,
 * unsupported if none has a plain text (or nothing could be recorded).
 */
export async function revealCards(
  { ids }: { readonly ids: readonly string[] },
  { site, signal, change }: SiteContext,
): Promise<{ readonly keys: readonly { readonly id: string; readonly key: string }[] }> {
  const wanted = [...new Set(ids.map((id) => String(BigInt(id))))].map((id) => keyParameter(id));
  const { value } = await change(async (step) => {
    const rows = await step.tx.rows<{ id: string | number; key_hash: string; kept: string | number }>(
      'SELECT id, key_hash, plain_key <> key_hash AS kept FROM card_keys WHERE id IN (?) ORDER BY id',
      [wanted],
    );
    if (rows.length === 0)
      throw new Refusal(
        'not_found',
        { zh: '没有这些卡密', en: 'There are no such card keys' },
        { hint: { zh: '刷新列表后再试。', en: 'Refresh the list and try again.' } },
      );
    const readable = rows.filter(({ kept }) => Number(kept) === 1);
    if (readable.length === 0)
      throw new Refusal(
        'unsupported',
        { zh: '站点没有保存这些卡密的明文', en: 'The site never kept the plain text of these card keys' },
        {
          hint: {
            zh: '早期的卡密只存了哈希；可以补发一张新的。',
            en: 'Early cards were kept as hashes alone; re-issue them instead.',
          },
        },
      );
    for (const { key_hash: target } of readable) step.record({ kind: 'card', target, before: {}, after: {} });
    // Nothing was changed, so there is nothing to undo.
    step.places['incomplete'] = readable.length;
    return readable.map(({ id }) => String(id));
  });
  const rows = await site.db.rows<{ id: string | number; plain_key: string }>(
    'SELECT id, plain_key FROM card_keys WHERE id IN (?) ORDER BY id',
    [value.map((id) => keyParameter(id))],
    signal,
  );
  return { keys: rows.map(({ id, plain_key }) => ({ id: String(id), key: plain_key })) };
}
