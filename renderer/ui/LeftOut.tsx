import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../bridge';
import { visibleNames } from './visible';
import './left-out.css';

export interface LeftOutProps {
  readonly jobId: string;
  /** How many targets the job has skipped so far. */
  readonly count: number;
}

/**
 * The targets that a job left out because they had changed since its preview: the first hundred by name. Shows nothing
 * if the job keeps no names.
 */
export function LeftOut({ jobId, count }: LeftOutProps): ReactElement | null {
  const { t } = useTranslation('jobs');
  const { data } = useQuery({
    queryKey: ['jobs', 'leftOut', jobId, count],
    queryFn: ({ signal }) => call('jobs.leftOut', { id: jobId }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined || data.rows.length === 0) return null;
  return (
    <details className="md-left-out">
      <summary>{t('leftOut', { count })}</summary>
      <p>
        {visibleNames(data.rows, t('nameJoin'))}
        {data.next === null ? null : ` ${t('leftOutMore')}`}
      </p>
    </details>
  );
}
