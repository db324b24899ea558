import type { Same } from '../domains';
import type zh from '../zh-CN/overview';

export default {
  title: 'Overview',
  users: 'Users',
  total: 'Users',
  banned: 'Banned',
  members: 'Active members',
  expired: 'Membership expired',
  neverIn: 'Never signed in',
  newWeek: 'New in 7 days',
  health: 'Servers',
  latency: 'Latency',
  inUse: 'In use',
  recent: 'Recent changes',
  allAudit: 'See all',
  noAudit: 'Nothing recorded yet',
  noAuditHint: 'Every change, such as a ban, is written down here with its author.',
  targets: '{{n}}',
} satisfies Same<typeof zh>;
