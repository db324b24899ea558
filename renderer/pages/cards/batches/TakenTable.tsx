import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchDetails } from '../../../contract';
import { NumberCell, RelativeTime } from '../../../ui';
import { MiniTable } from '../../../ui/DrawerParts';

type Taken = BatchDetails['taken'][number];

const formats = ['csv', 'txt', 'site', 'sheet'] as const;

/** Who exported or viewed keys of a batch in plain text, each with a link to the audit entry. */
export function TakenTable({ taken }: Pick<BatchDetails, 'taken'>): ReactElement {
  const { t } = useTranslation('batches');
  const { t: cards } = useTranslation('cards');
  const how = ({ how: way, format }: Taken) => {
    const known = formats.find((one) => one === format);
    return known === undefined ? t(`taken.${way}`) : `${t(`taken.${way}`)} · ${cards(`export.${known}`)}`;
  };
  return (
    <MiniTable
      label={t('taken.title')}
      rows={taken}
      rowKey={(one) => one.auditId}
      empty={t('taken.none')}
      columns={[
        {
          header: t('taken.how'),
          wide: true,
          render: (one) => (
            <Link to="/audit" search={{ entry: one.auditId }}>
              {how(one)}
            </Link>
          ),
        },
        { header: t('taken.count'), align: 'right', render: (one) => <NumberCell value={one.count} /> },
        { header: t('taken.by'), render: (one) => one.by },
        { header: t('taken.at'), render: (one) => <RelativeTime at={one.at} /> },
      ]}
    />
  );
}
