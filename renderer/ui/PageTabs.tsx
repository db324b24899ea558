import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

export interface PageTab {
  readonly to: '/cards' | '/cards/batches' | '/cards/overview';
  readonly label: string;
}

/** Tabs for the pages of one entry of the rail. Each page has its own address. */
export function PageTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly PageTab[] }): ReactElement {
  return (
    <nav className="md-tabs" aria-label={label}>
      {tabs.map(({ to, label: name }) => (
        <Link
          key={to}
          to={to}
          className="md-tab"
          activeProps={{ 'data-here': true, 'aria-current': 'page' }}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
