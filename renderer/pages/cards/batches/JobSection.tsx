import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { JobButtons, timeLeft } from '../../../ui/JobRow';
import { useJobs } from '../../../state/jobs';
import type { Batch } from '../../../contract';
import { formatNumber } from '../../../ui';
import { isShort, JobBadge } from './BatchProgress';

/** The job that fills a batch, with its buttons. Shown while keys are missing. */
export function JobSection({ batch }: { readonly batch: Batch }): ReactElement | null {
  const { t } = useTranslation('batches');
  const { t: jobs } = useTranslation('jobs');
  const job = useJobs().find((one) => one.id === batch.jobId);
  // The job's state is newer than the batch's.
  const state = job?.state ?? batch.jobState;
  if (!isShort(batch) || state === null) return null;
  const left = job === undefined ? null : timeLeft(job, jobs);
  return (
    <section className="md-notice md-batches-job" aria-label={t('job.title')}>
      <div className="md-notice-body">
        <div className="md-inline">
          <JobBadge state={state} />
          <span className="md-num">
            {t('filled', { issued: batch.issued, wanted: batch.wanted })}
            {left === null ? '' : ` · ${left}`}
          </span>
        </div>
        <progress
          className="md-progress"
          max={batch.wanted}
          value={batch.issued}
          aria-label={t('filled', { issued: batch.issued, wanted: batch.wanted })}
        />
        <div className="md-dim">
          {job?.state === 'failed' && job.error !== null
            ? job.error
            : t(`job.${state}`, { missing: formatNumber(batch.wanted - batch.issued) })}
        </div>
      </div>
      {job === undefined ? null : <JobButtons job={job} />}
    </section>
  );
}
