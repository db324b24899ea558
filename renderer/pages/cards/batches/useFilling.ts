import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { isAlive, useJobs } from '../../../state/jobs';

/** Batches on the screen are asked for again this often while a job fills one. */
const interval = 1_500;

/** Keeps what is shown of batches fresh while one is being filled, and once more when it is full. */
export function useFilling(): void {
  const client = useQueryClient();
  const filling = useJobs().some((job) => isAlive(job) && job.operation.startsWith('cards.'));
  useEffect(() => {
    if (!filling) return undefined;
    const again = () => void client.invalidateQueries({ queryKey: ['batches'] });
    again();
    const timer = setInterval(again, interval);
    return () => {
      clearInterval(timer);
      again();
    };
  }, [filling, client]);
}
