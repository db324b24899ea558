import { Button, Progress } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { JobButtons, jobFacts, percent } from '../../../ui/JobRow';
import type { Issued, Job } from '../../../contract';
import { ErrorNotice } from '../../../ui';
import { Steps } from '../../../ui/change';
import { useFocusHere } from '../../../ui/change/useFocusHere';
import { useJob } from '../../../ui/change/useJob';
import { FillProof } from './FillProof';

export interface FillPaneProps {
  readonly kind: 'issue' | 'import';
  readonly issued: Issued;
  /** Called to export the keys of the batch. */
  readonly onExport: () => void;
  /** Called to see and copy the keys; absent if whoever filled the batch has them. */
  readonly onReveal?: () => void;
  readonly onClose: () => void;
}

/**
 * Steps 2 and 3 of filling a batch: the job with its buttons, then the result. Closing the dialog does not stop the
 * job.
 */
export function FillPane({ kind, issued, onExport, onReveal, onClose }: FillPaneProps): ReactElement {
  const client = useQueryClient();
  const { job, error } = useJob(issued.jobId);
  const done = job?.state === 'done';
  useEffect(() => {
    if (done) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'change' });
  }, [done, client]);
  return (
    <>
      <Steps at={done ? 'proof' : 'doing'} />
      {done ? (
        <FillProof
          kind={kind}
          job={job}
          issued={issued}
          onExport={onExport}
          {...(onReveal === undefined ? {} : { onReveal })}
          onClose={onClose}
        />
      ) : (
        <Doing kind={kind} job={job} error={error} total={issued.total} onClose={onClose} />
      )}
    </>
  );
}

function Doing({
  kind,
  job,
  error,
  total,
  onClose,
}: Pick<FillPaneProps, 'kind' | 'onClose'> & {
  readonly job: Job | null;
  readonly error: unknown;
  readonly total: number;
}): ReactElement {
  const { t } = useTranslation('issue');
  const { t: jobs } = useTranslation('jobs');
  // On no button: a second Enter must not hide what the first has begun.
  const sentence = useFocusHere<HTMLParagraphElement>(true);
  const share = job === null ? 0 : (percent(job) ?? 0);
  const made = job?.done ?? 0;
  const facts = jobFacts(job, jobs);
  return (
    <>
      <section className="md-change-doing" aria-live="polite">
        <p className="md-change-sentence" ref={sentence} tabIndex={-1}>
          {job === null || job.state === 'running' || job.state === 'waiting'
            ? t(`doing.${kind}`)
            : t(`doing.${job.state}`)}
        </p>
        <Progress value={share} aria-label={t('doing.label')} />
        <p className="md-change-dim md-num">
          {[t(kind === 'issue' ? 'doing.made' : 'doing.written', { made, total: job?.total ?? total }), ...facts].join(
            ' · ',
          )}
        </p>
        {job?.state === 'failed' && job.error !== null ? <p role="alert">{job.error}</p> : null}
        {error === null ? null : <ErrorNotice error={error} />}
      </section>
      <footer className="md-change-bar">
        <div className="md-change-bar-actions">
          {job === null ? null : <JobButtons job={job} size="sm" />}
          <Button variant="default" onClick={onClose}>
            {job?.state === 'cancelled' || job?.state === 'failed' ? t('close', { ns: 'common' }) : t('doing.hide')}
          </Button>
        </div>
      </footer>
    </>
  );
}
