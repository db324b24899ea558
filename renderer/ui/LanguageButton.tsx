import { Button } from '@mantine/core';
import { type ReactElement, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage, setLanguage } from '../i18n';
import { queryClient } from '../state/session';

/** Switches the language, and reads all data again, because some labels come from the main process. */
export function useSwitchLanguage(): () => void {
  return useCallback(() => {
    void setLanguage(currentLanguage() === 'en' ? 'zh-CN' : 'en').then(() => queryClient.invalidateQueries());
  }, []);
}

/** Switches between Chinese and English. The button shows the language that a click switches to. */
export function LanguageButton(): ReactElement {
  const { t } = useTranslation('shell');
  const other = currentLanguage() === 'en' ? '中' : 'EN';
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      className="md-language"
      lang={currentLanguage() === 'en' ? 'zh-CN' : 'en'}
      aria-label={`${other} · ${t('switchLanguage')}`}
      title={t('switchLanguage')}
      onClick={useSwitchLanguage()}
    >
      {other}
    </Button>
  );
}
