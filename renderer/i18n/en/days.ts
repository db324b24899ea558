import type { Same } from '../domains';
import type zh from '../zh-CN/days';

export default {
  from: 'From',
  to: 'To',
  last7: 'Last 7 days',
  last30: 'Last 30 days',
  before30: 'Over 30 days ago',
  next7: 'Next 7 days',
  next30: 'Next 30 days',
  past: 'Past',
  placeholder: 'YYYY-MM-DD',
  invalid: 'Like 2026-07-01',
  order: 'Before the first day',
  momentPlaceholder: 'YYYY-MM-DD HH:mm',
  invalidMoment: 'Like 2026-07-01 18:30',
} satisfies Same<typeof zh>;
