import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { SkippedGroup } from '../../../contract';
import { Num } from '../../../ui';

/** Who gets no key and why, with the first names of each reason. */
export function SkippedNames({ skipped }: { readonly skipped: readonly SkippedGroup[] }): ReactElement | null {
  const { t } = useTranslation('issue');
  const { t: change } = useTranslation('change');
  const groups = skipped.filter((group) => group.count > 0);
  if (groups.length === 0) return null;
  return (
    <table className="md-batches-funnel" aria-label={t('skipped.title')}>
      <thead>
        <tr>
          <th>{t('skipped.why')}</th>
          <th data-align="right">{t('skipped.count')}</th>
          <th>{t('skipped.who')}</th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ why, count, sample }) => (
          <tr key={why}>
            <td>{change(`why.${why}`)}</td>
            <td data-align="right">
              <Num value={count} />
            </td>
            <td className="md-issue-names" title={sample.join(', ')}>
              {sample.join(', ')}
              {count > sample.length ? ` ${change('problems.more')}` : ''}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
