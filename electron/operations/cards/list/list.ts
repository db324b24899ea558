import { listQuery } from '../../kit/list-query.js';
import { cardSource, joinMarks } from '../filter.js';
import { cardColumns, cardRow, type CardSqlRow, type CardTables } from '../rows.js';
import { batchesOf } from './batch-of.js';

/**
 * Card keys. `created` is the order in which cards were added to the table, by id: every site has that index, and it is
 * the order of creation except for imported cards with an older creation time. For the other orders, the server reads
 * every card and keeps the first few, which takes a fifth of a second per million cards. (By expiry, it only reads the
 * index of repair R001.) Cards that nobody has bound come last.
 */
export const cardsQuery = listQuery('cards', {
  table: 'card_keys',
  about: async (site): Promise<CardTables> => ({ tables: await site.has('cards') }),
  sorts: {
    created: { tie: 'c.id' },
    expires: { value: 'c.expires_at', tie: 'c.id' },
    bound: {
      value: 'c.bound_at',
      nullable: true,
      phases: (filter) =>
        filter.boundFrom === undefined && filter.boundTo === undefined ? ['values', 'nulls'] : ['values'],
      tie: 'c.id',
    },
  },
  source: (filter, wanted, { sql, about }) => cardSource(sql, filter, about, wanted),
  columns: cardColumns,
  details: ({ tables }) => ({
    key: 'c.id',
    joins: `JOIN card_keys c ON c.id = page.id${tables ? joinMarks : ''}`,
  }),
  beside: (raws: readonly CardSqlRow[], { sql, about }) => batchesOf(sql, raws, about),
  row: (raw, _, batches) => cardRow(raw, batches.get(String(raw.id)) ?? null),
});
