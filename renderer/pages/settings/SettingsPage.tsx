import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type ReactElement, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionsNotice } from '../../ui/ConnectionsNotice';
import { schemaQuery } from '../../state/schema';
import { PageFrame } from '../../ui/PageFrame';
import { AboutSection } from './AboutSection';
import { ConfigSection } from './config/ConfigSection';
import { ConnectionSection } from './ConnectionSection';
import { DatabaseSection } from './database/DatabaseSection';
import { LookSection } from './LookSection';
import type { SettingsSearch } from './search';
import './settings.css';

/**
 * The settings: language, theme, row height, the open connection, its database, and versions. `?section=database`
 * scrolls to that section.
 */
export function SettingsPage(): ReactElement {
  const { t } = useTranslation('settings');
  const search: unknown = useSearch({ from: '/settings' });
  const { section } = search as SettingsSearch;
  // It scrolls only after the section has its full height; before that, the page is too short to scroll to it.
  const { isPending } = useQuery(schemaQuery);
  useEffect(() => {
    if (section === undefined || isPending) return;
    const part = document.getElementById(section);
    part?.scrollIntoView({ block: 'start' });
    part?.focus({ preventScroll: true });
  }, [section, isPending]);
  return (
    <PageFrame title={t('title')}>
      <div className="md-settings">
        <ConnectionsNotice />
        <LookSection />
        <ConnectionSection />
        <DatabaseSection />
        <ConfigSection />
        <AboutSection />
      </div>
    </PageFrame>
  );
}
