import { IconGauge, IconHistory, IconKey, IconSettings, IconUsers } from '@tabler/icons-react';
import { domains } from './palette/domains';

/** The pages of the rail, in order. A page's name is the `title` among its texts. List a page here once it exists. */
export const pages = [
  { to: '/overview', key: 'overview', letter: 'o', icon: IconGauge },
  { to: '/users', key: 'users', letter: 'u', icon: IconUsers },
  { to: '/cards', key: 'cards', letter: 'k', icon: IconKey },
  { to: '/audit', key: 'audit', letter: 'a', icon: IconHistory },
  { to: '/settings', key: 'settings', letter: 's', icon: IconSettings },
] as const;

function placeOf(key: string): number {
  const at = pages.findIndex((page) => page.key === key);
  return at < 0 ? pages.length : at;
}

/** The domains of the palette in the order of the rail, and then those that have no page in it. */
export const domainsInOrder = domains.toSorted((a, b) => placeOf(a.key) - placeOf(b.key));
