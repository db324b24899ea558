import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../../ui';
import { CardsTabs } from '../CardsTabs';

/** Stock, age, what is bound a day, and what expires. */
export function StockPage(): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <PageFrame title={t('title')} tabs={<CardsTabs />}>
      {null}
    </PageFrame>
  );
}
