import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../../ui';
import { CardsTabs } from '../CardsTabs';

/** Batches: who issued what, when, for whom, and what became of it. */
export function BatchesTab(): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <PageFrame title={t('title')} tabs={<CardsTabs />}>
      {null}
    </PageFrame>
  );
}
