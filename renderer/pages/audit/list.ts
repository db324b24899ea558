import { digitsOf } from '../../ui/search-params';
import { listAddress } from '../../ui/list/address';
import { choice, days, oneOf, text } from '../../ui/list/filters';

/** The list of audit entries: its filters, and how the address stores them. */
export const auditList = listAddress({
  domain: 'audit',
  path: '/audit',
  drawer: 'entry',
  opens: digitsOf,
  find: { part: 'target', as: 'target', most: 255 },
  filters: [
    text('operator', 50),
    choice('operation', 60),
    oneOf('outcome', ['running', 'done', 'partly', 'stopped', 'refused', 'failed']),
    days('time', 'from', 'to'),
  ],
});
