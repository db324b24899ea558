import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportReport, ImportVerdict } from '../../../contract';
import { formatNumber, NumberCell } from '../../../ui';
import { MiniTable } from '../../../ui/DrawerParts';
import { useExport } from '../../../ui/list/useExport';
import { SampleLines } from './SampleLines';

/** In the order of interest to an operator. */
const verdicts: readonly ImportVerdict[] = ['new', 'ended', 'existing', 'duplicate', 'conflict', 'used', 'malformed'];

/** What a file contains, and what the import would do with its lines. Nothing has been written yet. */
export function ReportView({
  report,
  onOther,
}: {
  readonly report: ImportReport;
  readonly onOther: () => void;
}): ReactElement {
  const { t } = useTranslation('imports');
  const { t: cards } = useTranslation('cards');
  const save = useExport('cards.import.lines');
  const { counts, lines, file } = report;
  const types = report.types
    .filter(({ count }) => count > 0)
    .map(({ type, count }) => t('report.ofType', { type: cards(`type.${type}`), n: formatNumber(count) }));
  const added = counts.new + counts.ended;
  const sentence = [
    t('report.read', { file, count: lines }),
    ...(added === 0
      ? [t('report.nothing')]
      : [t('report.adds', { count: added, types: types.join(t('report.join')) }), t('report.unwritten')]),
  ];
  return (
    <>
      <p className="md-change-sentence">{sentence.join(t('report.sentenceJoin'))}</p>
      <div className="md-change-line">
        <Button size="compact-xs" variant="subtle" onClick={onOther}>
          {t('other')}
        </Button>
      </div>
      <MiniTable
        label={t('report.title')}
        rows={verdicts}
        rowKey={(verdict) => verdict}
        empty=""
        columns={[
          { header: t('report.verdict'), render: (verdict) => t(`verdict.${verdict}`) },
          { header: t('report.lines'), align: 'right', render: (verdict) => <NumberCell value={counts[verdict]} /> },
          {
            header: t('report.handling'),
            wide: true,
            render: (verdict) => <span className="md-dim">{t(`fate.${verdict}`)}</span>,
            text: (verdict) => t(`fate.${verdict}`),
          },
        ]}
      />
      <SampleLines samples={report.samples} counts={counts} />
      {report.listed ? (
        <div className="md-change-line">
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => save({ importId: report.importId })}
          >
            {t('samples.save')}
          </Button>
        </div>
      ) : null}
    </>
  );
}
