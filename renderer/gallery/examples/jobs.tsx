import { LeftOut } from '../../ui/LeftOut';
import { JobButtons, JobRow } from '../../ui/JobRow';
import type { Job } from '../../contract';
import { job } from '../answers';
import { both, long, type Section } from '../example';

const row =
  (state: Job['state'], more: Partial<Job> = {}) =>
  () => (
    <ul className="md-jobs-list gallery-wide">
      <JobRow job={job(state, more)} />
    </ul>
  );

/** Long work. */
export const jobs = (): Section => ({
  title: 'jobs',
  examples: {
    running: row('running'),
    'running, nothing known yet': row('running', { total: 0, done: 0, rate: null, secondsLeft: null }),
    'running, long': row('running', { label: long() }),
    waiting: row('waiting', { done: 0 }),
    paused: row('paused'),
    'done, with a file': row('done', { file: `/exports/${long()}.csv` }),
    'done, some left out': row('done', { skipped: 4, failed: 2 }),
    failed: row('failed', { error: long() }),
    cancelled: row('cancelled'),
    'buttons of a running job': () => (
      <span className="md-inline">
        <JobButtons job={job('running')} size="sm" />
      </span>
    ),
    'left out': () => (
      <div aria-label={both('跳过的', 'Left out')}>
        <LeftOut jobId="done" count={4} />
      </div>
    ),
  },
});
