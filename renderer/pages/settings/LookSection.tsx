import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { isDensity, setPreference, usePreferences } from '../../state/preferences';
import { useSwitchLanguage } from '../../ui/LanguageButton';
import { currentLanguage } from '../../i18n';
import { DefinitionList } from '../../ui/DefinitionList';

const schemes = ['auto', 'light', 'dark'] as const;

/** Language, theme and row height. */
export function LookSection(): ReactElement {
  const { t } = useTranslation('settings');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { density } = usePreferences();
  const switchLanguage = useSwitchLanguage();
  const language = currentLanguage();
  return (
    <section className="md-panel">
      <h2 className="md-panel-title">{t('look')}</h2>
      <DefinitionList
        rows={[
          [
            t('language'),
            <SegmentedControl
              key="language"
              size="xs"
              aria-label={t('language')}
              value={language}
              onChange={(value) => value !== language && switchLanguage()}
              data={[
                { value: 'zh-CN', label: '简体中文' },
                { value: 'en', label: 'English' },
              ]}
            />,
          ],
          [
            t('theme'),
            <SegmentedControl
              key="theme"
              size="xs"
              aria-label={t('theme')}
              value={colorScheme}
              onChange={(value) => setColorScheme(schemes.find((one) => one === value) ?? 'auto')}
              data={schemes.map((value) => ({ value, label: t(`theme_${value}`) }))}
            />,
          ],
          [
            t('density'),
            <SegmentedControl
              key="density"
              size="xs"
              aria-label={t('density')}
              value={density}
              onChange={(value) => isDensity(value) && setPreference('density', value)}
              data={[
                { value: 'dense', label: t('dense') },
                { value: 'roomy', label: t('roomy') },
              ]}
            />,
          ],
        ]}
      />
    </section>
  );
}
