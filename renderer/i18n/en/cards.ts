import type { Same } from '../domains';
import type zh from '../zh-CN/cards';

export default {
  title: 'Card keys',
  tab: { list: 'Keys', batches: 'Batches', overview: 'Overview' },
} satisfies Same<typeof zh>;
