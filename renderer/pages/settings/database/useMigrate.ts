import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { sessionQuery, queryClient } from '../../../state/session';
import { asBridgeError, type BridgeError, call, newKey } from '../../../bridge';
import type { MigrationDone, MigrationPlan } from '../../../contract';

export interface Migrating {
  readonly plan: MigrationPlan | null;
  readonly planError: unknown;
  readonly planning: boolean;
  readonly replan: () => void;
  readonly apply: () => void;
  readonly busy: boolean;
  /** Finished steps are kept; applying again goes on after them. */
  readonly stop: () => void;
  readonly failure: BridgeError | null;
  readonly done: MigrationDone | null;
}

/** Plans and applies. One key for one fingerprint: trying again after a lost answer asks for the same run. */
export function useMigrate(repairs: readonly string[]): Migrating {
  const abort = useRef<AbortController | null>(null);
  const intention = useRef({ fingerprint: '', key: '' });
  const plan = useQuery({
    queryKey: ['schema', 'plan', repairs],
    queryFn: ({ signal }) => call('connections.migrate.preview', { repairs: [...repairs] }, { signal }),
    gcTime: 0,
    staleTime: Infinity,
  });
  const run = useMutation({
    mutationFn: (fingerprint: string) => {
      if (intention.current.fingerprint !== fingerprint) intention.current = { fingerprint, key: newKey() };
      abort.current = new AbortController();
      return call(
        'connections.migrate',
        { repairs: [...repairs], fingerprint },
        { signal: abort.current.signal, idempotencyKey: intention.current.key },
      );
    },
    onSuccess: () => {
      void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== 'plan' });
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
    onError: (error) => {
      // What is left to do is another plan now; which steps were finished, the list tells.
      if (asBridgeError(error).code !== 'read_only') void plan.refetch();
      void queryClient.invalidateQueries({ queryKey: ['schema'], exact: true });
    },
  });
  return {
    plan: plan.data ?? null,
    planError: plan.error,
    planning: plan.isFetching,
    replan: () => void plan.refetch(),
    apply: () => {
      if (plan.data !== undefined) run.mutate(plan.data.fingerprint);
    },
    busy: run.isPending,
    stop: () => abort.current?.abort(),
    failure: run.error === null ? null : asBridgeError(run.error),
    done: run.data ?? null,
  };
}
