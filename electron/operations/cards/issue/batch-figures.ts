import type {
  BatchChoice,
  BatchChoices,
  BatchFigures,
  BatchFilter,
  ChannelFigures,
} from '../../../contract/cards-batches.js';
import type { CardState } from '../../../contract/cards-list.js';
import type { Sql } from '../../../data/mysql/database.js';
import { join, type Part, part, whereAll } from '../../../data/mysql/sql.js';
import type { SiteContext } from '../../context.js';
import { abortable } from '../../kit/abortable.js';
import { batchConditions, exportedSql, inRanges, portionsOf } from '../batch-filter.js';
import { type IdRange, joined } from '../batch-store.js';

const now = 'UTC_TIMESTAMP()';
/** Cards by state as their columns and the clock say; marks are counted apart. */
const states = `SUM(c.status = 'used') AS used, SUM(c.status = 'unused' AND c.expires_at > ${now}) AS unused,
  SUM(c.status = 'expired' OR (c.status = 'unused' AND c.expires_at <= ${now})) AS expired`;

type Counts = Record<CardState, number>;
type CountRow = Readonly<Partial<Record<CardState, string | number | null>>>;

/**
 * What became of the cards of the batches that match a filter, by channel. It reads the cards of these batches, each
 * once and by its id, and of marks only those of the batches: a third of a second per million cards.
 */
export async function batchFigures(
  { filter }: { readonly filter: BatchFilter },
  { site, signal }: SiteContext,
): Promise<BatchFigures> {
  const sql = abortable(site.db, signal);
  const [clock] = await sql.rows<{ now: string }>(`SELECT ${now} AS now`);
  const at = `${(clock?.now ?? '').replace(' ', 'T')}Z`;
  if (!(await site.has('cards'))) return { channels: [], at };
  const channels: ChannelFigures[] = [];
  const ranges = await rangesByChannel(sql, filter);
  for (const { id, channel, batches, issued, exported } of await channelsOf(sql, filter))
    channels.push({
      channel: channel === '' ? null : channel,
      batches: Number(batches),
      issued: Number(issued),
      exported: Number(exported),
      ...(await countsOf(sql, ranges.get(String(id)) ?? [])),
    });
  return { channels, at };
}

/**
 * `FROM g JOIN b <joins> WHERE …`: the matching batches `b`, each with the group `g` of its channel, which is named
 * after the first batch in it. The database decides which channels are the same.
 */
function grouped(filter: BatchFilter, joins: string): Part {
  const conditions = batchConditions(filter);
  const groups = whereAll(
    part("SELECT MIN(b.id) AS id, COALESCE(b.channel, '') AS channel FROM console_card_batches b"),
    conditions,
  );
  const from = join(
    [
      part('FROM ('),
      groups,
      part(
        ` GROUP BY COALESCE(b.channel, '')) g JOIN console_card_batches b ON COALESCE(b.channel, '') = g.channel ${joins}`,
      ),
    ],
    '',
  );
  return whereAll(from, conditions);
}

interface ChannelRow {
  readonly id: string | number;
  readonly channel: string;
  readonly batches: string | number;
  readonly issued: string | number;
  readonly exported: string | number;
}

function channelsOf(sql: Sql, filter: BatchFilter): Promise<ChannelRow[]> {
  // From the batches in the audit to their exports: an export also names up to a thousand single cards.
  const exports = `SELECT t.target, MAX(${exportedSql}) AS cards FROM console_audit_targets t STRAIGHT_JOIN console_audit a ON a.id = t.audit_id
    WHERE t.target LIKE 'batch:%' AND t.kind = 'card' AND a.operation = 'cards.export' AND a.outcome <> 'refused' GROUP BY t.target`;
  const from = grouped(filter, `LEFT JOIN (${exports}) e ON e.target = CONCAT('batch:', b.id)`);
  return sql.rows<ChannelRow>(
    `SELECT g.id, g.channel, COUNT(*) AS batches, SUM(b.issued) AS issued, COALESCE(SUM(LEAST(e.cards, b.issued)), 0) AS exported
     ${from.sql} GROUP BY g.id, g.channel ORDER BY SUM(b.issued) DESC, g.id`,
    from.parameters,
  );
}

/** The id ranges of each channel's batches, by the id of the group. */
async function rangesByChannel(sql: Sql, filter: BatchFilter): Promise<ReadonlyMap<string, readonly IdRange[]>> {
  type Row = Readonly<Record<'id' | 'first_id' | 'last_id', string | number>>;
  const from = grouped(filter, 'JOIN console_card_ranges r ON r.batch_id = b.id');
  const rows = await sql.rows<Row>(
    `SELECT g.id, r.first_id, r.last_id ${from.sql} ORDER BY r.first_id`,
    from.parameters,
  );
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const id = String(row.id);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [row]);
    else group.push(row);
  }
  return new Map([...groups].map(([id, some]) => [id, joined(some)]));
}

/** A revoked card that nobody uses counts as revoked, whatever its column says. */
async function countsOf(sql: Sql, ranges: readonly IdRange[]): Promise<Counts> {
  const counts: Counts = { unused: 0, used: 0, expired: 0, revoked: 0 };
  for (const some of portionsOf(ranges)) {
    // As constants, both servers read only these ranges. For a join with them, MariaDB reads all cards each time.
    const cards = whereAll(part(`SELECT ${states} FROM card_keys c`), [inRanges('c.id', some)]);
    const marked = whereAll(
      part(
        `SELECT ${states}, COUNT(*) AS revoked FROM console_card_marks m STRAIGHT_JOIN card_keys c ON c.id = m.card_id`,
      ),
      [inRanges('m.card_id', some), part("m.revoked_at IS NOT NULL AND c.status <> 'used'")],
    );
    const [all] = await sql.rows<CountRow>(cards.sql, cards.parameters);
    const [revoked] = await sql.rows<CountRow>(marked.sql, marked.parameters);
    counts.used += Number(all?.used ?? 0);
    counts.unused += Number(all?.unused ?? 0) - Number(revoked?.unused ?? 0);
    counts.expired += Number(all?.expired ?? 0) - Number(revoked?.expired ?? 0);
    counts.revoked += Number(revoked?.revoked ?? 0);
  }
  return counts;
}

/** Channels and operators that can be chosen from are no more than this. */
const mostChoices = 500;

/** The channels and operators of all batches, for filters, with the most batches first. */
export async function batchChoices(_: object, { site, signal }: SiteContext): Promise<BatchChoices> {
  if (!(await site.has('cards'))) return { channels: [], operators: [] };
  const sql = abortable(site.db, signal);
  const by = async (column: string): Promise<BatchChoice[]> => {
    const rows = await sql.rows<{ value: string; batches: string | number }>(
      `SELECT ${column} AS value, COUNT(*) AS batches FROM console_card_batches b GROUP BY ${column}
       ORDER BY batches DESC, value LIMIT ${String(mostChoices)}`,
    );
    return rows.map(({ value, batches }) => ({ value, batches: Number(batches) }));
  };
  const [channels, operators] = await Promise.all([by("COALESCE(b.channel, '')"), by('b.operator')]);
  return { channels, operators };
}
