import { Button } from '@mantine/core';
import type { TFunction } from 'i18next';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../contract';
import { JobFile } from './JobFile';
import { LeftOut } from './LeftOut';
import { formatNumber } from './NumberCell';
import { RelativeTime } from './RelativeTime';
import { isAlive, useJobCommand } from '../state/jobs';
import { visible } from './visible';

const tones = {
  waiting: 'none',
  running: 'accent',
  paused: 'warn',
  done: 'good',
  failed: 'bad',
  cancelled: 'none',
} as const;

/** The finished part in whole per cent; null while the total is unknown. */
export function percent(job: Job): number | null {
  return job.total > 0 ? Math.min(100, Math.floor((job.done / job.total) * 100)) : null;
}

/** For example “41 s left” or “3 min left”. */
export function timeLeft(job: Job, t: TFunction<'jobs'>): string | null {
  if (job.state !== 'running' || job.secondsLeft === null) return null;
  const seconds = Math.ceil(job.secondsLeft);
  return seconds < 90 ? t('secondsLeft', { n: seconds }) : t('minutesLeft', { n: Math.round(seconds / 60) });
}

/** The job's progress, speed and remaining time, as far as they are known. */
export function jobFacts(job: Job | null, t: TFunction<'jobs'>): readonly string[] {
  if (job === null) return [];
  const share = percent(job);
  const rate = job.state === 'running' ? job.rate : null;
  return [
    share === null ? null : `${share}%`,
    rate === null ? null : t('rate', { n: formatNumber(Math.round(rate)) }),
    timeLeft(job, t),
  ].filter((fact) => fact !== null);
}

/**
 * Buttons to pause, resume and cancel, as far as the job allows them now. A cancelled or failed job can be resumed if
 * `canResume` is true.
 */
export function JobButtons({
  job,
  size = 'compact-xs',
}: {
  readonly job: Job;
  readonly size?: 'compact-xs' | 'sm';
}): ReactElement | null {
  const { t } = useTranslation('jobs');
  const command = useJobCommand();
  const alive = isAlive(job);
  const variant = size === 'sm' ? 'default' : 'subtle';
  if (!alive && !job.canResume) return null;
  return (
    <>
      {job.state === 'paused' || !alive ? (
        <Button size={size} variant={variant} onClick={() => command('jobs.resume', job.id)}>
          {t('resume')}
        </Button>
      ) : job.canPause ? (
        <Button size={size} variant={variant} onClick={() => command('jobs.pause', job.id)}>
          {t('pause')}
        </Button>
      ) : null}
      {alive ? (
        <Button size={size} variant={variant} color="gray" onClick={() => command('jobs.cancel', job.id)}>
          {size === 'sm' ? t('cancelJob') : t('cancel')}
        </Button>
      ) : null}
    </>
  );
}

/** One job in the jobs drawer: its name, progress, speed and failures. */
export function JobRow({ job }: { readonly job: Job }): ReactElement {
  const { t } = useTranslation('jobs');
  const share = percent(job);
  const facts = [
    job.total > 0
      ? t('progress', { done: formatNumber(job.done), total: formatNumber(job.total) })
      : formatNumber(job.done),
    job.skipped > 0 ? t('skipped', { n: formatNumber(job.skipped) }) : null,
    job.failed > 0 ? t('failedRows', { n: formatNumber(job.failed) }) : null,
    job.state === 'running' && job.rate !== null ? t('rate', { n: formatNumber(Math.round(job.rate)) }) : null,
    timeLeft(job, t),
  ].filter((fact) => fact !== null);
  return (
    <li className="md-job">
      <span className="md-badge" data-tone={tones[job.state]}>
        {t(`state_${job.state}`)}
      </span>
      <span className="md-job-label" title={job.label}>
        {job.label}
      </span>
      <progress
        className="md-progress"
        max={100}
        aria-label={job.label}
        {...(share === null && isAlive(job) ? {} : { value: share ?? 100 })}
      />
      <span className="md-job-facts" title={job.error ?? job.file ?? undefined}>
        {facts.join(' · ')}
        {job.error === null ? null : <span className="md-bad"> · {visible(job.error)}</span>}
        {job.file === null ? null : <span> · {t('file', { file: job.file })}</span>}
      </span>
      <span className="md-dim">
        {visible(job.operator)} · <RelativeTime at={job.finishedAt ?? job.startedAt} />
      </span>
      <span className="md-job-buttons">
        <JobFile job={job} />
        <JobButtons job={job} />
      </span>
      {job.skipped > 0 && !isAlive(job) ? <LeftOut jobId={job.id} count={job.skipped} /> : null}
    </li>
  );
}
