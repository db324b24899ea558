import type { Same } from '../domains';
import type zh from '../zh-CN/days';

export default {
  from: 'From',
  to: 'To',
  last7: 'Last 7 days',
  last30: 'Last 30 days',
  before30: 'Over 30 days ago',
} satisfies Same<typeof zh>;
