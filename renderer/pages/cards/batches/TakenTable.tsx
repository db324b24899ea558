import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchDetails } from '../../../contract';
import { Num, RelativeTime } from '../../../ui';

const formats = ['csv', 'txt', 'site', 'sheet'] as const;

/** Who took keys of a batch away in plain text, or looked at them; each with its entry in the audit. */
export function TakenTable({ taken }: Pick<BatchDetails, 'taken'>): ReactElement {
  const { t } = useTranslation('batches');
  if (taken.length === 0) return <p className="md-batches-none">{t('taken.none')}</p>;
  const how = ({ how: way, format }: BatchDetails['taken'][number]) => {
    const known = formats.find((one) => one === format);
    return known === undefined
      ? t(`taken.${way}`)
      : t('taken.as', { how: t(`taken.${way}`), format: t(`taken.format.${known}`) });
  };
  return (
    <table className="md-batches-funnel" aria-label={t('taken.title')}>
      <thead>
        <tr>
          <th>{t('taken.how')}</th>
          <th data-align="right">{t('taken.count')}</th>
          <th>{t('taken.by')}</th>
          <th>{t('taken.at')}</th>
        </tr>
      </thead>
      <tbody>
        {taken.map((one) => (
          <tr key={one.auditId}>
            <td>
              <Link to="/audit" search={{ entry: one.auditId }}>
                {how(one)}
              </Link>
            </td>
            <td data-align="right">
              <Num value={one.count} />
            </td>
            <td>{one.by}</td>
            <td>
              <RelativeTime at={one.at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
