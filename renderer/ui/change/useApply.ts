import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { Changed, Job, Proof, SkippedGroup } from '../../contract';
import type { ChangeOperation } from './operations';
import { type Confirmed, useConfirmed } from './useConfirmed';

/** The result of a change: the job that is doing it, or the proof that it is done. */
export type Outcome =
  | { readonly step: 'job'; readonly jobId: string; readonly total: number }
  | {
      readonly step: 'proof';
      readonly changed: number;
      readonly skipped: readonly SkippedGroup[];
      readonly audits: readonly string[];
      readonly proof: Proof | null;
      /** The job that did it, and how many targets it skipped. */
      readonly job?: { readonly id: string; readonly skipped: number };
    };

export interface Applying<A extends ChangeOperation> {
  readonly confirmed: Confirmed<A>;
  /** Null until the server has accepted the change. */
  readonly outcome: Outcome | null;
  /** Call it when the job of the change has ended. */
  readonly jobEnded: (job: Job) => void;
  /** Asks again for everything that may show what this changes. */
  readonly repaint: () => void;
}

/**
 * Expensive queries list, in their `meta.changedBy`, the operations (or prefixes of them) that affect their result. All
 * other queries are read again after any change.
 */
function isChangedBy(operation: string, by: unknown): boolean {
  return !Array.isArray(by) || by.some((one) => typeof one === 'string' && operation.startsWith(one));
}

/** Runs the change, and follows it until its proof is known. */
export function useApply<A extends ChangeOperation>(operation: A): Applying<A> {
  const client = useQueryClient();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const repaint = useCallback(() => {
    void client.invalidateQueries({
      // Of the changes themselves only the proofs: another one may have taken back what they prove.
      predicate: ({ queryKey: [of, what], meta }) =>
        (of !== 'change' || what === 'proof') && isChangedBy(operation, meta?.['changedBy']),
    });
  }, [client, operation]);
  const confirmed = useConfirmed(operation, (answer) => {
    const answered: Changed = answer;
    setOutcome(
      answered.done
        ? { ...answered, step: 'proof', audits: [answered.proof.auditId] }
        : { step: 'job', jobId: answered.jobId, total: answered.total },
    );
    repaint();
  });
  const jobEnded = useCallback(
    ({ id, done, skipped, audits }: Job) => {
      setOutcome({ step: 'proof', changed: done, skipped: [], audits, proof: null, job: { id, skipped } });
      repaint();
    },
    [repaint],
  );
  return { confirmed, outcome, jobEnded, repaint };
}
