import type { ReactElement, ReactNode } from 'react';
import { NumberCell } from './NumberCell';
import { usePageTitle } from './usePageTitle';

export interface PageFrameProps {
  readonly title: string;
  /** The name of this page among those that share a title. */
  readonly name?: string;
  readonly count?: { readonly count: number; readonly exact: boolean } | null;
  /** PageTabs, if one entry of the rail has several pages. */
  readonly tabs?: ReactNode;
  /** The main action, at the right end. */
  readonly actions?: ReactNode;
  /** The filter line. */
  readonly filters?: ReactNode;
  /** A DetailDrawer, or nothing. */
  readonly drawer?: ReactNode;
  readonly children: ReactNode;
}

/** The layout of a page: title line, filter line and table, with the drawer beside them. */
export function PageFrame({
  title,
  name = title,
  count,
  tabs,
  actions,
  filters,
  drawer,
  children,
}: PageFrameProps): ReactElement {
  usePageTitle(name);
  return (
    <div className="md-page">
      <section className="md-page-main">
        <header className="md-page-head">
          <h1 className="md-page-title">{title}</h1>
          {count ? (
            <span className="md-page-count">
              <NumberCell value={count.count} approximate={!count.exact} />
            </span>
          ) : null}
          {tabs}
          <div className="md-page-actions">{actions}</div>
        </header>
        {filters}
        <div className="md-page-body">{children}</div>
      </section>
      {drawer}
    </div>
  );
}
