import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Batch, JobState } from '../../../contract';
import { formatNumber } from '../../../ui';

const tones = {
  waiting: 'none',
  running: 'accent',
  paused: 'warn',
  failed: 'bad',
  cancelled: 'none',
} as const;

/** True if a batch contains fewer keys than were asked for. */
export function isShort(batch: Batch): boolean {
  return batch.issued < batch.wanted;
}

/**
 * The state of the job that fills a batch; a dash for a batch that needed no job. The usual final state is plain text
 * without a badge.
 */
export function JobBadge({ state }: { readonly state: JobState | null }): ReactElement {
  const { t } = useTranslation('jobs');
  if (state === null) return <span className="md-dim">—</span>;
  if (state === 'done') return <span className="md-dim">{t('state_done')}</span>;
  return (
    <span className="md-badge" data-tone={tones[state]}>
      {t(`state_${state}`)}
    </span>
  );
}

/** "10,000", or the progress: "64,000 of 200,000" and a bar. */
export function BatchProgress({ batch }: { readonly batch: Batch }): ReactElement {
  const { t } = useTranslation('batches');
  if (!isShort(batch)) return <span className="md-num">{formatNumber(batch.issued)}</span>;
  const text = t('filled', { issued: batch.issued, wanted: batch.wanted });
  return (
    <span className="md-batches-filled">
      <span className="md-num">{text}</span>
      <progress className="md-progress" max={batch.wanted} value={batch.issued} aria-label={text} />
    </span>
  );
}
