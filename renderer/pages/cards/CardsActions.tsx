import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** The main actions of the pages about card keys. */
export function CardsActions({ onExport }: { readonly onExport?: () => void }): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <>
      {onExport === undefined ? null : (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          title={t('exportAllHint')}
          onClick={onExport}
        >
          {t('action.export')}
        </Button>
      )}
    </>
  );
}
