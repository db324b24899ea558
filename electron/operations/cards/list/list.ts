import { listQuery } from '../../kit/list-query.js';
import { cardSource, joinMarks } from '../filter.js';
import { cardColumns, cardRow, type CardSqlRow, type CardTables } from '../rows.js';
import { batchesOf } from './batch-of.js';

/**
 * Card keys. `created` is the order in which cards came into the table: by id, which every site has an index for, and
 * which is the order of creation except for imported cards with a past. For the others the server looks at every card
 * and keeps the best few (by expiry it needs only to read the index of repair R001): a fifth of a second for each
 * million. Cards that nobody has bound come last.
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
