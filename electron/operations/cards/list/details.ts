import type { CardDetails } from '../../../contract/cards-list.js';
import { Refusal } from '../../../contract/errors.js';
import { AdminConfig, sameJson } from '../../../data/write/admin-config.js';
import { membershipOf } from '../../../domain/cards/membership.js';
import { isoOf, type Sql } from '../../../data/mysql/database.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import { millis } from '../../../domain/values.js';
import { abortable } from '../../kit/abortable.js';
import type { SiteContext } from '../../context.js';
import { joinMarks } from '../filter.js';
import { cardColumns, type CardSqlRow, maskedSql } from '../rows.js';
import { cardRows } from './batch-of.js';
import { type BatchOfCard, storyOf } from './history.js';

interface Mark {
  readonly revoked_at: string | null;
  readonly revoked_by: string | null;
  readonly reason: string | null;
  readonly replaced_by: string | number | null;
  readonly replaces: string | number | null;
  readonly audit_id: string | number;
}

/**
 * Everything about one card. Without the console's tables it returns what the site's own tables say. Throws not_found.
 */
export async function getCard({ id }: { readonly id: string }, { site, signal }: SiteContext): Promise<CardDetails> {
  const sql = abortable(site.db, signal);
  const about = { tables: await site.has('cards') };
  const [row] = await sql.rows<CardSqlRow & { readonly key_hash: string }>(
    `SELECT ${cardColumns(about)}, c.key_hash FROM card_keys c${about.tables ? joinMarks : ''} WHERE c.id = ?`,
    [keyParameter(id)],
  );
  const [card] = row === undefined ? [] : await cardRows(sql, [row], about);
  if (row === undefined || card === undefined)
    throw new Refusal(
      'not_found',
      { zh: '没有这张卡密', en: 'There is no such card key' },
      { hint: { zh: '它可能已被回滚或被站点删除。', en: 'It may have been rolled back, or deleted by the site.' } },
    );
  const [[record], mark, batch, membership] = await Promise.all([
    sql.rows<{ username: string; source: string; notes: string | null; created_at: string | null }>(
      'SELECT username, source, notes, created_at FROM user_card_keys WHERE key_hash = ? LIMIT 1',
      [row.key_hash],
    ),
    about.tables ? markOf(sql, row.id) : null,
    card.batch === null ? null : batchOf(sql, card.batch),
    card.boundTo === null ? null : memberOf(sql, card.boundTo),
  ]);
  const [replaces, replacedBy] = await Promise.all([
    other(sql, mark?.replaces ?? null),
    other(sql, mark?.replaced_by ?? null),
  ]);
  const story = await storyOf(
    sql,
    {
      id: card.id,
      hash: row.key_hash,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      boundTo: row.bound_to,
      boundAt: row.bound_at,
      expired: card.state !== 'revoked' && millis(row.expires_at) <= Date.now(),
      record: record ?? null,
      batch,
      mark,
    },
    await site.has('console'),
  );
  return {
    ...card,
    hash: row.key_hash,
    source: record?.source ?? null,
    notes: record?.notes ?? null,
    revoked:
      card.state !== 'revoked' || mark === null || mark.revoked_at === null
        ? null
        : { at: isoOf(mark.revoked_at), by: mark.revoked_by ?? '', reason: mark.reason },
    replaces,
    replacedBy,
    membership,
    story,
  };
}

async function markOf(sql: Sql, id: string | number): Promise<Mark | null> {
  const [mark] = await sql.rows<Mark>(
    'SELECT revoked_at, revoked_by, reason, replaced_by, replaces, audit_id FROM console_card_marks WHERE card_id = ?',
    [keyParameter(id)],
  );
  return mark ?? null;
}

async function batchOf(sql: Sql, id: string): Promise<BatchOfCard | null> {
  const [batch] = await sql.rows<BatchOfCard>(
    'SELECT id, kind, operator, created_at, note, channel, audit_id FROM console_card_batches WHERE id = ?',
    [keyParameter(id)],
  );
  return batch ?? null;
}

/** The card on the other side of a replacement, if it still exists. */
async function other(
  sql: Sql,
  id: string | number | null,
): Promise<{ readonly id: string; readonly masked: string } | null> {
  if (id === null) return null;
  const [card] = await sql.rows<{ masked: string }>(`SELECT ${maskedSql} AS masked FROM card_keys c WHERE c.id = ?`, [
    keyParameter(id),
  ]);
  return card === undefined ? null : { id: String(id), masked: card.masked };
}

/**
 * The membership from a user's cards, and whether the site's config says the same. A config that cannot be read counts
 * as different.
 */
async function memberOf(sql: Sql, username: string): Promise<CardDetails['membership']> {
  const info = await membershipOf(sql, username);
  if (info === undefined) return null;
  const [row] = await sql.rows<{ cards: string }>('SELECT COUNT(*) AS cards FROM card_keys WHERE bound_to = ?', [
    username,
  ]);
  const config = await AdminConfig.read(sql).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'unsupported') return null;
    throw error;
  });
  await config?.load([username]);
  return {
    expiresAt: info.expiresAt === 0 ? null : new Date(info.expiresAt).toISOString(),
    cards: Number(row?.cards ?? 0),
    inConfig: sameJson(config?.entry(username)?.['cardKey'], info),
  };
}
