import { type QueryKey, useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { asBridgeError, type BridgeError, newKey } from '../../bridge';
import { queryClient, sessionQuery } from '../../state/session';

interface CallOptions {
  readonly signal: AbortSignal;
  readonly idempotencyKey?: string;
}

/** A change of the whole site: it is planned, shown, and then applied as shown. */
export interface PlannedSpec<Plan extends { readonly fingerprint: string }, Done> {
  /**
   * The second part must be `plan`: after the change, cached data of the site is read again, but not the plan on the
   * screen.
   */
  readonly planKey: QueryKey;
  readonly plan: (options: CallOptions) => Promise<Plan>;
  readonly apply: (fingerprint: string, options: CallOptions) => Promise<Done>;
  /** Called after a failure, when the remaining work is a different plan. */
  readonly onFailure?: () => void;
}

export interface Planned<Plan, Done> {
  readonly plan: Plan | null;
  readonly planError: unknown;
  readonly planning: boolean;
  readonly replan: () => void;
  readonly apply: () => void;
  readonly busy: boolean;
  readonly stop: () => void;
  readonly failure: BridgeError | null;
  readonly done: Done | null;
}

/**
 * Plans and applies the change. Each fingerprint has one idempotency key, so a retry after a lost answer means the same
 * run.
 */
export function usePlanned<Plan extends { readonly fingerprint: string }, Done>(
  spec: PlannedSpec<Plan, Done>,
): Planned<Plan, Done> {
  const abort = useRef<AbortController | null>(null);
  const intention = useRef({ fingerprint: '', key: '' });
  const plan = useQuery({
    queryKey: spec.planKey,
    queryFn: ({ signal }) => spec.plan({ signal }),
    gcTime: 0,
    staleTime: Infinity,
  });
  const run = useMutation({
    mutationFn: (fingerprint: string) => {
      if (intention.current.fingerprint !== fingerprint) intention.current = { fingerprint, key: newKey() };
      abort.current = new AbortController();
      return spec.apply(fingerprint, { signal: abort.current.signal, idempotencyKey: intention.current.key });
    },
    onSuccess: () => {
      void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== 'plan' });
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
    onError: (error) => {
      if (asBridgeError(error).code !== 'read_only') void plan.refetch();
      spec.onFailure?.();
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
