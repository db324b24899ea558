import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Issued } from '../../../contract';
import { type Confirmed, useConfirmed } from '../../../ui/change/useConfirmed';

/** Operations that start a job which fills a batch. */
export type FillingOperation = 'cards.issue' | 'cards.import';

export interface Filling<A extends FillingOperation> {
  readonly confirmed: Confirmed<A>;
  /** The job and its batch; null until the server has accepted it. */
  readonly issued: Issued | null;
}

/** Starts the job that fills a batch. */
export function useFilling<A extends FillingOperation>(operation: A): Filling<A> {
  const client = useQueryClient();
  const [issued, setIssued] = useState<Issued | null>(null);
  const confirmed = useConfirmed(operation, (answer) => {
    setIssued(answer);
    for (const queryKey of [['jobs'], ['batches'], ['audit']]) void client.invalidateQueries({ queryKey });
  });
  return { confirmed, issued };
}
