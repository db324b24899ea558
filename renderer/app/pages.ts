import { IconGauge, IconHistory, IconKey, IconSettings, IconUsers } from '@tabler/icons-react';

/** The pages of the rail, in order. A page's name is the `title` among its texts. List a page here once it exists. */
export const pages = [
  { to: '/overview', key: 'overview', letter: 'o', icon: IconGauge },
  { to: '/users', key: 'users', letter: 'u', icon: IconUsers },
  { to: '/cards', key: 'cards', letter: 'k', icon: IconKey },
  { to: '/audit', key: 'audit', letter: 'a', icon: IconHistory },
  { to: '/settings', key: 'settings', letter: 's', icon: IconSettings },
] as const;
