import { Button } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { focusList } from '../focus';
import { formatNumber } from '../NumberCell';
import { everything, isNothing, noSelection, selectedCount } from './selection';
import type { DataTableProps, Selection } from './types';

interface SelectionBarProps {
  readonly selection: Selection;
  readonly count: DataTableProps<unknown>['count'];
  onChange(selection: Selection): void;
  readonly children: ReactNode;
}

/** “1,284 chosen of 1,284 matching · Ban… · Export…”. It is visible only while rows are chosen. */
export function SelectionBar({ selection, count, onChange, children }: SelectionBarProps): ReactElement | null {
  const { t } = useTranslation('table');
  /** The pressed button disappears, so the focus moves to the list. */
  const leave = (next: Selection) => {
    focusList();
    onChange(next);
  };
  if (isNothing(selection)) return null;
  const chosen = selectedCount(selection, count?.count ?? null);
  const about = count && !count.exact ? '≈ ' : '';
  const all = selection.mode === 'all' && selection.except.size === 0;
  return (
    <div className="md-selection" role="toolbar" aria-label={t('selection')}>
      <span className="md-selection-count" aria-live="polite">
        {chosen === null
          ? t('allChosen')
          : count
            ? t('chosenOf', {
                chosen: (selection.mode === 'all' ? about : '') + formatNumber(chosen),
                matching: about + formatNumber(count.count),
              })
            : t('chosen', { chosen: formatNumber(chosen) })}
      </span>
      {all ? null : (
        <Button size="compact-sm" variant="subtle" onClick={() => leave(everything)} title="Ctrl A">
          {t('chooseAll')}
        </Button>
      )}
      <Button size="compact-sm" variant="subtle" color="gray" onClick={() => leave(noSelection)} title="Esc">
        {t('clear')}
      </Button>
      <span className="md-grow" />
      {children}
    </div>
  );
}
