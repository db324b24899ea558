import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../ui/PageFrame';
import { AboutSection } from './AboutSection';
import { ConnectionSection } from './ConnectionSection';
import { LookSection } from './LookSection';
import './settings.css';

/** Language, theme, row height; the open connection; what this is. */
export function SettingsPage(): ReactElement {
  const { t } = useTranslation('settings');
  return (
    <PageFrame title={t('title')}>
      <div className="md-settings">
        <LookSection />
        <ConnectionSection />
        <AboutSection />
      </div>
    </PageFrame>
  );
}
