import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportReport, ImportVerdict } from '../../../contract';
import { formatNumber, Num } from '../../../ui';
import { SampleLines } from './SampleLines';

/** In the order in which an operator wants to know. */
export const verdicts: readonly ImportVerdict[] = ['new', 'existing', 'duplicate', 'conflict', 'used', 'malformed'];

/** What a file holds and what would come of each of its lines. Nothing has been written yet. */
export function ReportView({
  report,
  onOther,
}: {
  readonly report: ImportReport;
  readonly onOther: () => void;
}): ReactElement {
  const { t } = useTranslation('imports');
  const { t: cards } = useTranslation('cards');
  const { counts, lines, file } = report;
  const types = report.types
    .filter(({ count }) => count > 0)
    .map(({ type, count }) => t('report.ofType', { type: cards(`type.${type}`), n: formatNumber(count) }));
  const sentence = [
    t('report.read', { file, count: lines }),
    counts.new === 0
      ? t('report.nothing')
      : t('report.adds', { count: counts.new, types: types.join(t('report.join')) }),
    t('report.unwritten'),
  ];
  return (
    <>
      <p className="md-change-sentence">{sentence.join(t('report.sentenceJoin'))}</p>
      <div className="md-change-line">
        <Button size="compact-xs" variant="subtle" onClick={onOther}>
          {t('other')}
        </Button>
      </div>
      <table className="md-batches-funnel" aria-label={t('report.title')}>
        <thead>
          <tr>
            <th>{t('report.verdict')}</th>
            <th data-align="right">{t('report.lines')}</th>
            <th>{t('report.handling')}</th>
          </tr>
        </thead>
        <tbody>
          {verdicts.map((verdict) => (
            <tr key={verdict} data-none={counts[verdict] === 0 || undefined}>
              <td>{t(`verdict.${verdict}`)}</td>
              <td data-align="right">
                <Num value={counts[verdict]} />
              </td>
              <td className="md-issue-names" title={t(`fate.${verdict}`)}>
                {t(`fate.${verdict}`)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <SampleLines samples={report.samples} counts={counts} />
    </>
  );
}
