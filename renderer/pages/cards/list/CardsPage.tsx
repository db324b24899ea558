import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../../ui';
import { CardsTabs } from '../CardsTabs';

/** Card keys: find, look, and everything that is done to them. */
export function CardsPage(): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <PageFrame title={t('title')} tabs={<CardsTabs />}>
      {null}
    </PageFrame>
  );
}
