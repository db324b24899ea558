import { useMantineColorScheme } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useSwitchLanguage } from '../../ui/LanguageButton';
import { currentLanguage } from '../../i18n';
import { DefinitionList } from '../../ui/DefinitionList';
import { DensityField } from '../../ui/DensityField';
import { Segmented } from '../../ui/fields';

const schemes = ['auto', 'light', 'dark'] as const;
const languages = [
  { value: 'zh-CN', label: '简体中文' },
  { value: 'en', label: 'English' },
] as const;

/** Language, theme and row height. */
export function LookSection(): ReactElement {
  const { t } = useTranslation('settings');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const switchLanguage = useSwitchLanguage();
  const language = currentLanguage();
  const setLanguage = (value: string) => (value === language ? undefined : switchLanguage());
  const themes = schemes.map((value) => ({ value, label: t(`theme_${value}`) }));
  return (
    <section className="md-panel" id="look" tabIndex={-1}>
      <h2 className="md-panel-title">{t('look')}</h2>
      <DefinitionList
        rows={[
          [
            t('language'),
            <Segmented
              bare
              key="l"
              label={t('language')}
              choices={languages}
              value={language}
              onChange={setLanguage}
            />,
          ],
          [
            t('theme'),
            <Segmented
              bare
              key="t"
              label={t('theme')}
              choices={themes}
              value={colorScheme}
              onChange={setColorScheme}
            />,
          ],
          [t('density'), <DensityField key="d" />],
        ]}
      />
    </section>
  );
}
