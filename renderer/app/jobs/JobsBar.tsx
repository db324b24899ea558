import { IconChevronDown, IconChevronUp, IconStack2 } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../contract';
import { StateBlock } from '../../ui/StateBlock';
import { JobButtons, JobRow, percent, timeLeft } from '../../ui/JobRow';
import { isAlive, useExportsDone, useJobs } from '../../state/jobs';

/** The bottom of the window: one line of 32 px, or the drawer with all jobs. */
export function JobsBar({ opened, onToggle }: { readonly opened: boolean; onToggle(): void }): ReactElement {
  const { t } = useTranslation('jobs');
  const jobs = useJobs();
  useExportsDone(jobs, { done: (file) => t('exported', { file }), folder: t('openFolder') });
  const alive = jobs.filter(isAlive);
  const first = alive.find((job) => job.state === 'running') ?? alive[0];
  return (
    <section className="md-jobs" aria-label={t('title')}>
      {opened ? <JobsDrawer jobs={jobs} /> : null}
      <div className="md-jobs-line">
        <button type="button" className="md-jobs-toggle" aria-expanded={opened} onClick={onToggle}>
          <IconStack2 size={14} aria-hidden />
          {first ? (
            <JobLine job={first} more={alive.length - 1} />
          ) : (
            <span>{jobs.length === 0 ? t('quiet') : t('allOver', { count: jobs.length })}</span>
          )}
          <span className="md-grow" />
          {opened ? (
            <IconChevronDown size={14} aria-label={t('fold')} />
          ) : (
            <IconChevronUp size={14} aria-label={t('unfold')} />
          )}
        </button>
        {first ? <JobButtons job={first} /> : null}
      </div>
    </section>
  );
}

/** “Issuing 200,000 month keys · 64% · 41 s left”. */
function JobLine({ job, more }: { readonly job: Job; readonly more: number }): ReactElement {
  const { t } = useTranslation('jobs');
  const share = percent(job);
  return (
    <>
      <span className="md-jobs-label">{job.label}</span>
      <progress
        className="md-progress"
        max={100}
        aria-label={job.label}
        {...(share === null ? {} : { value: share })}
      />
      <span className="md-num">
        {[
          share === null ? null : `${share}%`,
          job.state === 'running' ? timeLeft(job, t) : t(`state_${job.state}`),
          more > 0 ? t('more', { n: more }) : null,
        ]
          .filter((part) => part !== null)
          .join(' · ')}
      </span>
    </>
  );
}

function JobsDrawer({ jobs }: { readonly jobs: readonly Job[] }): ReactElement {
  const { t } = useTranslation('jobs');
  return (
    <div className="md-jobs-drawer">
      {jobs.length === 0 ? (
        <StateBlock kind="empty" title={t('empty')}>
          {t('emptyHint')}
        </StateBlock>
      ) : (
        <ul className="md-jobs-list">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      )}
    </div>
  );
}
