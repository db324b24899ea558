import { Button, Loader, Progress } from '@mantine/core';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../contract';
import { ErrorNotice } from '../ErrorNotice';
import { useFocusHere } from './useFocusHere';
import { hasEnded, useJob } from './useJob';

/** A change that takes longer than this shows a stop button. */
const slowAfterMs = 2000;

/** Step 2 in the dialog: a progress bar under the confirmed preview. It usually disappears at once. */
export function ChangeProgress({
  total,
  onStop,
}: {
  readonly total: number;
  readonly onStop: () => void;
}): ReactElement {
  const { t } = useTranslation('change');
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), slowAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <footer className="md-change-bar" aria-live="polite">
      <Loader size={16} aria-hidden />
      <span>{t('doing.now', { count: total })}</span>
      <div className="md-change-bar-actions">
        {slow ? (
          <Button variant="default" onClick={onStop}>
            {t('actions.stop')}
          </Button>
        ) : null}
      </div>
    </footer>
  );
}

export interface JobPaneProps {
  readonly jobId: string;
  readonly total: number;
  readonly onEnded: (job: Job) => void;
  readonly onClose: () => void;
}

/** Step 2 as a job: it runs in the background, and this pane follows it while it is open. */
export function JobPane({ jobId, total, onEnded, onClose }: JobPaneProps): ReactElement {
  const { t } = useTranslation('change');
  const close = useFocusHere<HTMLButtonElement>(true);
  const { job, error } = useJob(jobId);
  const ended = job !== null && hasEnded(job);
  const proven = ended && job.audits.length > 0 && job.state === 'done';
  useEffect(() => {
    if (proven) onEnded(job);
  }, [proven, job, onEnded]);

  const all = job?.total ?? total;
  const done = job?.done ?? 0;
  return (
    <section className="md-change-doing" aria-live="polite">
      <p className="md-change-sentence">{t('doing.job')}</p>
      <Progress value={all === 0 ? 0 : (100 * done) / all} aria-label={t('steps.doing')} />
      <p className="md-change-dim">
        {t('doing.progress', { done, total: all })}
        {job === null || job.secondsLeft === null || ended
          ? ''
          : ` · ${t('doing.left', { seconds: Math.ceil(job.secondsLeft) })}`}
      </p>
      {job?.state === 'paused' ? <p>{t('doing.paused')}</p> : null}
      {job?.state === 'cancelled' ? <p>{t('doing.cancelled')}</p> : null}
      {job?.state === 'failed' ? <p role="alert">{t('doing.failed', { error: job.error ?? '' })}</p> : null}
      {error === null ? null : (
        <div>
          <ErrorNotice error={error} />
          <p className="md-change-dim">{t('doing.lost')}</p>
        </div>
      )}
      <div className="md-change-bar-actions">
        {ended && job.audits.length > 0 ? (
          <Button variant="default" onClick={() => onEnded(job)}>
            {t('steps.proof')}
          </Button>
        ) : null}
        <Button ref={close} variant="default" onClick={onClose}>
          {ended ? t('actions.close') : t('actions.hide')}
        </Button>
      </div>
    </section>
  );
}
