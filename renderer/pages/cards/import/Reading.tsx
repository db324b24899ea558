import { Button, Progress } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { JobButtons, jobFacts, percent } from '../../../ui/JobRow';
import { ErrorNotice } from '../../../ui';
import { hasEnded, useJob } from '../../../ui/change/useJob';

/**
 * Shown while the file is read, and if reading failed. Closing the dialog does not stop the job; the report is kept.
 */
export function Reading({
  jobId,
  error,
  onOther,
  onClose,
}: {
  readonly jobId: string;
  readonly error: unknown;
  readonly onOther: () => void;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation('imports');
  const { t: jobs } = useTranslation('jobs');
  const { job, error: lost } = useJob(jobId);
  const broken = job !== null && hasEnded(job) && job.state !== 'done';
  const share = job === null ? null : percent(job);
  const facts = jobFacts(job, jobs);
  return (
    <>
      <section className="md-change-doing" aria-live="polite">
        <p className="md-change-sentence">
          {job?.state === 'failed'
            ? t('reading.failed')
            : job?.state === 'cancelled'
              ? t('reading.cancelled')
              : t('reading.text')}
        </p>
        {broken ? null : <Progress value={share ?? 100} animated={share === null} aria-label={t('reading.label')} />}
        {broken || facts.length === 0 ? null : <p className="md-change-dim md-num">{facts.join(' · ')}</p>}
        {job?.state === 'failed' && job.error !== null ? <p role="alert">{job.error}</p> : null}
        {error === null && lost === null ? null : <ErrorNotice error={error ?? lost} />}
      </section>
      <footer className="md-change-bar">
        <div className="md-change-bar-actions">
          {job === null || broken ? null : <JobButtons job={job} size="sm" />}
          {broken || lost !== null ? (
            <Button variant="default" onClick={onOther}>
              {t('other')}
            </Button>
          ) : null}
          <Button variant="default" onClick={onClose} data-autofocus>
            {broken ? t('close', { ns: 'common' }) : t('reading.hide')}
          </Button>
        </div>
      </footer>
    </>
  );
}
