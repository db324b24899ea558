import { Skeleton } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preview } from '../../contract';
import { ErrorNotice } from '../ErrorNotice';
import { NumberCell } from '../NumberCell';
import { OtherNamesNotice } from './OtherNamesNotice';
import { PreviewRows } from './PreviewRows';
import { Problems, type TargetNoun } from './Problems';
import { countedEffects, wholeSentence } from './sentence';
import { SqlBlock } from './SqlBlock';
import type { PreviewState } from './usePreview';

export interface PreviewPaneProps {
  readonly state: PreviewState;
  readonly complete: boolean;
  readonly sentence: (count: number) => string;
  readonly takenOut: readonly string[];
  /** Undefined if rows cannot be taken out. */
  readonly onTakenOutChange?: (names: readonly string[]) => void;
  readonly duplicates: number;
  readonly things: TargetNoun;
  /** Messages about the last attempt: it was refused, or the set had changed. */
  readonly notices: ReactNode;
}

/** Step 1: shows what would happen, as a sentence, as counts, row by row, and as SQL. */
export function PreviewPane({
  state,
  complete,
  sentence,
  takenOut,
  onTakenOutChange,
  duplicates,
  things,
  notices,
}: PreviewPaneProps): ReactElement {
  const { t } = useTranslation('change');
  const { preview, current, error, again } = state;

  return (
    <section className="md-change-preview" aria-busy={complete && !current && error === null} aria-live="polite">
      {notices}
      {error === null ? null : <ErrorNotice error={error} onRetry={again} />}
      {complete ? null : <p className="md-change-dim">{t('incomplete')}</p>}
      {complete && preview === null && error === null ? <Waiting /> : null}
      {preview === null || error !== null ? null : (
        <div className="md-change-stack" data-stale={!current || undefined}>
          <p className="md-change-sentence">{wholeSentence(t, preview, sentence(preview.changed))}</p>
          <OtherNamesNotice names={preview.otherNames} />
          <Effects preview={preview} />
          <Problems preview={preview} duplicates={duplicates} things={things} />
          <PreviewRows
            preview={preview}
            current={current}
            takenOut={takenOut}
            {...(onTakenOutChange === undefined ? {} : { onTakenOutChange })}
          />
          <SqlBlock sql={preview.sql} />
        </div>
      )}
    </section>
  );
}

/** The counts of dependent rows that change as well, such as cards and ledger rows. */
function Effects({ preview }: { readonly preview: Preview }): ReactElement | null {
  const { t } = useTranslation('change');
  const counted = countedEffects(t, preview);
  if (counted.length === 0) return null;
  return (
    <dl className="md-change-effects" aria-label={t('effects.title')}>
      {counted.map(({ label, count }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <NumberCell value={count} />
          </dd>
        </div>
      ))}
    </dl>
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
