import { Skeleton } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../ErrorNotice';
import { Num } from '../Num';
import { PreviewRows } from './PreviewRows';
import { Problems } from './Problems';
import { wholeSentence } from './sentence';
import { SqlBlock } from './SqlBlock';
import type { PreviewState } from './usePreview';

export interface PreviewPaneProps {
  readonly state: PreviewState;
  readonly complete: boolean;
  readonly sentence: (count: number) => string;
  readonly takenOut: readonly string[];
  /** Absent where rows cannot be taken out. */
  readonly onTakenOutChange?: (names: readonly string[]) => void;
  readonly duplicates: number;
  /** What the last attempt met: a refusal, a set that had changed. */
  readonly notices: ReactNode;
}

/** Step 1: what would happen, in a sentence, in counts, row by row, and in SQL. */
export function PreviewPane({
  state,
  complete,
  sentence,
  takenOut,
  onTakenOutChange,
  duplicates,
  notices,
}: PreviewPaneProps): ReactElement {
  const { t } = useTranslation('change');
  const { preview, current, error, again } = state;
  const skipped = preview?.skipped.reduce((sum, group) => sum + group.count, 0) ?? 0;

  return (
    <section className="md-change-preview" aria-busy={complete && !current && error === null} aria-live="polite">
      {notices}
      {error === null ? null : <ErrorNotice error={error} onRetry={again} />}
      {complete ? null : <p className="md-change-dim">{t('incomplete')}</p>}
      {complete && preview === null && error === null ? <Waiting /> : null}
      {preview === null || error !== null ? null : (
        <div className="md-change-stack" data-stale={!current || undefined}>
          <p className="md-change-sentence">{wholeSentence(t, preview, sentence(preview.changed))}</p>
          <dl className="md-change-counts">
            <Count label={t('counts.matching')} value={preview.matching} />
            <Count label={t('counts.changed')} value={preview.changed} />
            <Count label={t('counts.skipped')} value={skipped} />
            {current ? null : <span className="md-change-dim">{t('rechecking')}</span>}
          </dl>
          <Problems preview={preview} duplicates={duplicates} />
          <PreviewRows
            preview={preview}
            takenOut={takenOut}
            {...(onTakenOutChange === undefined ? {} : { onTakenOutChange })}
          />
          <SqlBlock sql={preview.sql} />
        </div>
      )}
    </section>
  );
}

function Count({ label, value }: { readonly label: string; readonly value: number }): ReactElement {
  return (
    <div className="md-change-count">
      <dt>{label}</dt>
      <dd>
        <Num value={value} />
      </dd>
    </div>
  );
}

function Waiting(): ReactElement {
  const { t } = useTranslation('change');
  return (
    <div className="md-change-stack">
      <p className="md-change-dim">{t('checking')}</p>
      <Skeleton height={18} width="70%" />
      <Skeleton height={120} />
    </div>
  );
}
