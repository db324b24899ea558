import { digitsOf } from '../../ui/search-params';
import { listAddress } from '../../ui/list/address';
import { choice, days, oneOf, text } from '../../ui/list/filters';

/** The audit's list: its filters, and how they stand in an address. */
export const auditList = listAddress({
  domain: 'audit',
  path: '/audit',
  drawer: 'entry',
  opens: digitsOf,
  find: { part: 'target', as: 'target', most: 255 },
  filters: [
    text('operator', 50),
    choice('operation', 60),
    oneOf('outcome', ['running', 'done', 'refused', 'failed']),
    days('time', 'from', 'to'),
  ],
});
