import { SegmentedControl } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportReport, ImportVerdict } from '../../../contract';
import { formatNumber, NumberCell } from '../../../ui';

const troubled: readonly ImportVerdict[] = ['malformed', 'conflict', 'used', 'duplicate', 'existing', 'ended'];

/** Lines that will not be imported as new cards, with line number and reason. Keys are masked. */
export function SampleLines({ samples, counts }: Pick<ImportReport, 'samples' | 'counts'>): ReactElement | null {
  const { t } = useTranslation('imports');
  const found = troubled.filter((verdict) => samples.some((sample) => sample.verdict === verdict));
  const [wanted, setWanted] = useState<ImportVerdict | null>(null);
  const shown = found.find((verdict) => verdict === wanted) ?? found[0];
  if (shown === undefined) return null;
  const lines = samples.filter((sample) => sample.verdict === shown);
  return (
    <div>
      <SegmentedControl
        size="xs"
        aria-label={t('samples.pick')}
        data={found.map((verdict) => ({ value: verdict, label: t(`verdict.${verdict}`) }))}
        value={shown}
        onChange={setWanted}
      />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls by the arrow keys, and nothing in it takes the focus */}
      <section className="md-change-rows" aria-label={t('samples.title')} tabIndex={0}>
        <table className="md-import-samples">
          <thead>
            <tr>
              <th data-align="right">{t('samples.line')}</th>
              <th>{t('samples.key')}</th>
              <th>{t('samples.why')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ line, masked, why }) => (
              <tr key={line}>
                <td data-align="right">
                  <NumberCell value={line} />
                </td>
                <td className="md-mono">{masked}</td>
                <td title={why}>{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {counts[shown] > lines.length ? (
        <div className="md-change-dim">
          {t('samples.limit', { n: formatNumber(lines.length), total: formatNumber(counts[shown]) })}
        </div>
      ) : null}
    </div>
  );
}
