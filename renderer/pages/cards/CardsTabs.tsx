import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTabs } from '../../ui/PageTabs';

/** Tabs of the three card key pages: keys, batches, overview. Used as `tabs` of their PageFrame. */
export function CardsTabs(): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <PageTabs
      label={t('title')}
      tabs={[
        { to: '/cards', label: t('tab.list') },
        { to: '/cards/batches', label: t('tab.batches') },
        { to: '/cards/overview', label: t('tab.overview') },
      ]}
    />
  );
}
