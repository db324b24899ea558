import { ActionIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { pages } from './pages';
import { setPreference, usePreferences } from '../state/preferences';
import { useAttention } from './useAttention';

/** The same width as in app/enlarged.css: a narrower window has no room for a wide rail. */
const narrow = '(max-width: 900px)';

/** The left rail with the pages. It is 208 px wide, or 56 px when folded. */
export function Rail(): ReactElement {
  const { t } = useTranslation('shell');
  const preferences = usePreferences();
  const isNarrow = useMediaQuery(narrow) ?? false;
  const railFolded = preferences.railFolded || isNarrow;
  const attention = useAttention();
  const Fold = railFolded ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  const folding = t(railFolded ? 'unfoldRail' : 'foldRail');
  return (
    <nav className="md-rail" data-folded={railFolded || undefined} aria-label={t('pages')}>
      {pages.map(({ to, key, letter, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className="md-rail-link"
          activeProps={{ 'data-here': true, 'aria-current': 'page' }}
          activeOptions={{ includeSearch: false }}
          title={railFolded ? `${t('title', { ns: key })} (g ${letter})` : `g ${letter}`}
        >
          <Icon size={17} stroke={1.7} aria-hidden />
          <span className={railFolded ? 'md-hidden' : undefined}>{t('title', { ns: key })}</span>
          {attention[key] === undefined ? null : (
            <span className="md-rail-dot" role="img" aria-label={attention[key]} title={attention[key]} />
          )}
        </Link>
      ))}
      <span className="md-grow" />
      {isNarrow ? null : (
        <ActionIcon
          variant="subtle"
          color="gray"
          className="md-rail-fold"
          aria-label={folding}
          title={folding}
          onClick={() => setPreference('railFolded', !railFolded)}
        >
          <Fold size={16} />
        </ActionIcon>
      )}
    </nav>
  );
}
