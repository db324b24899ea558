import { useSearch } from '@tanstack/react-router';
import { type ReactElement, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionsNotice } from '../../app/ConnectionsNotice';
import { PageFrame } from '../../ui/PageFrame';
import { AboutSection } from './AboutSection';
import { ConnectionSection } from './ConnectionSection';
import { DatabaseSection } from './database/DatabaseSection';
import { LookSection } from './LookSection';
import type { SettingsSearch } from './search';
import './settings.css';

/** Language, theme, row height; the open connection and its database; what this is. `?section=database` leads to that part. */
export function SettingsPage(): ReactElement {
  const { t } = useTranslation('settings');
  const search: unknown = useSearch({ from: '/settings' });
  const { section } = search as SettingsSearch;
  useEffect(() => {
    if (section === undefined) return;
    const part = document.getElementById(section);
    part?.scrollIntoView({ block: 'start' });
    part?.focus({ preventScroll: true });
  }, [section]);
  return (
    <PageFrame title={t('title')}>
      <div className="md-settings">
        <ConnectionsNotice />
        <LookSection />
        <ConnectionSection />
        <DatabaseSection />
        <AboutSection />
      </div>
    </PageFrame>
  );
}
