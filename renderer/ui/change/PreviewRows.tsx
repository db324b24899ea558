import { Button, SegmentedControl, VisuallyHidden } from '@mantine/core';
import { memo, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preview, PreviewRow } from '../../contract';
import { formatNumber } from '../NumberCell';
import { RowDetail } from './RowDetail';
import { visible } from '../visible';

type Shown = 'all' | 'changed' | 'skipped';

export interface PreviewRowsProps {
  readonly preview: Preview;
  /** False while a new preview is being loaded. */
  readonly current: boolean;
  readonly takenOut: readonly string[];
  /** Undefined if rows cannot be taken out. */
  readonly onTakenOutChange?: (names: readonly string[]) => void;
}

/** Keeps rows that were taken out visible, even if the server's sample no longer contains them. */
function withTakenOut(rows: readonly PreviewRow[], takenOut: readonly string[]): readonly PreviewRow[] {
  const listed = new Set(rows.map((row) => row.target));
  const missing = takenOut
    .filter((name) => !listed.has(name))
    .map((target): PreviewRow => ({ target, outcome: 'skipped', why: 'taken_out', detail: {} }));
  return [...rows, ...missing];
}

function PreviewRowsPlain({ preview, current, takenOut, onTakenOutChange }: PreviewRowsProps): ReactElement {
  const { t } = useTranslation('change');
  const [shown, setShown] = useState<Shown>('all');
  const out = new Set(takenOut);
  const rows = withTakenOut(preview.rows, takenOut);
  const visible = rows.filter((row) => shown === 'all' || row.outcome === shown);
  const skipped = preview.skipped.reduce((sum, group) => sum + group.count, 0);
  const toggle = (name: string) =>
    onTakenOutChange?.(out.has(name) ? takenOut.filter((one) => one !== name) : [...takenOut, name]);
  const data: { readonly value: Shown; readonly label: string }[] = [
    { value: 'all', label: `${t('counts.matching')} ${formatNumber(preview.matching)}` },
    { value: 'changed', label: `${t('counts.changed')} ${formatNumber(preview.changed)}` },
    { value: 'skipped', label: `${t('counts.skipped')} ${formatNumber(skipped)}` },
  ];

  return (
    <div>
      <div className="md-change-line">
        <SegmentedControl size="xs" data={data} value={shown} onChange={setShown} aria-label={t('rows.title')} />
        {current ? null : <span className="md-change-dim">{t('rechecking')}</span>}
        {takenOut.length === 0 ? null : (
          <>
            <span className="md-change-dim">{t('rows.takenOut', { count: takenOut.length })}</span>
            <Button size="compact-xs" variant="subtle" onClick={() => onTakenOutChange?.([])}>
              {t('rows.putAllBack')}
            </Button>
          </>
        )}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls by the arrow keys, also where no row can be taken out */}
      <section className="md-change-rows" aria-label={t('rows.title')} tabIndex={0}>
        <table className="md-change-table">
          <thead>
            <tr>
              <th className="md-change-check">
                <VisuallyHidden>{t('rows.pick')}</VisuallyHidden>
              </th>
              <th>{t('rows.target')}</th>
              <th>{t('rows.outcome')}</th>
              <th>{t('rows.detail')}</th>
            </tr>
          </thead>
          <tbody>
            {visible.map((row, index) => (
              <Row
                key={`${row.target}-${index}`}
                row={row}
                out={out.has(row.target)}
                fixed={onTakenOutChange === undefined}
                onToggle={toggle}
              />
            ))}
          </tbody>
        </table>
        {visible.length === 0 ? <div className="md-change-no-rows">{t('rows.none')}</div> : null}
      </section>
      {preview.matching > preview.rows.length ? (
        <div className="md-change-dim">{t('rows.limit', { count: preview.rows.length, total: preview.matching })}</div>
      ) : null}
    </div>
  );
}

function Row({
  row,
  out,
  fixed,
  onToggle,
}: {
  readonly row: PreviewRow;
  readonly out: boolean;
  readonly fixed: boolean;
  readonly onToggle: (name: string) => void;
}): ReactElement {
  const { t } = useTranslation('change');
  const changed = row.outcome === 'changed' && !out;
  const why = out ? 'taken_out' : row.why;
  const masked = row.detail['masked'];
  // People know a card by its masked key, not by its number.
  const label = typeof masked === 'string' ? masked : row.target;
  const canToggle = !fixed && (out || row.outcome === 'changed' || row.why === 'taken_out');
  return (
    <tr data-outcome={changed ? 'changed' : 'skipped'}>
      <td className="md-change-check">
        {canToggle ? (
          <input
            type="checkbox"
            checked={!out}
            onChange={() => onToggle(row.target)}
            aria-label={out ? t('rows.putBack', { name: label }) : t('rows.takeOut', { name: label })}
          />
        ) : null}
      </td>
      <td className="md-change-target" data-mono={label === masked || undefined} title={visible(label)}>
        {visible(label)}
      </td>
      <td className="md-change-outcome">
        {changed ? t('rows.changed') : `${t('rows.skipped')} · ${why === null ? '' : t(`why.${why}`)}`}
      </td>
      <td className="md-change-detail">
        <RowDetail detail={row.detail} />
      </td>
    </tr>
  );
}

/**
 * The rows of a preview, each with the result and the reason. Rows that would change can be taken out. The component is
 * memoized, so that it does not render at every letter typed in the form.
 */
export const PreviewRows = memo(PreviewRowsPlain);
