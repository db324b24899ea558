import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { asBridgeError, type BridgeError, call, newKey } from '../../bridge';
import type { Changed, Input, Job, Proof, SkippedGroup } from '../../contract';
import type { ChangeOperation } from './operations';

/** Where a change stands. */
export type Stage =
  | { readonly step: 'preview' }
  | { readonly step: 'doing'; readonly total: number }
  | { readonly step: 'job'; readonly jobId: string; readonly total: number }
  | {
      readonly step: 'proof';
      readonly changed: number;
      readonly skipped: readonly SkippedGroup[];
      readonly audits: readonly string[];
      readonly proof: Proof | null;
      /** The job that did it, and how many things it has skipped. */
      readonly job?: { readonly id: string; readonly skipped: number };
    };

export interface Applying<A extends ChangeOperation> {
  readonly stage: Stage;
  readonly failure: BridgeError | null;
  /** Answers null when the change was taken: done, or going on as a job; else what was in the way. */
  readonly apply: (input: Input<A>, total: number) => Promise<BridgeError | null>;
  /** Gives up waiting; the server rolls back. */
  readonly stop: () => void;
  /** The job behind the change has ended. */
  readonly jobEnded: (job: Job) => void;
  readonly forget: () => void;
}

/** Costly queries name the operations that change what they answer, or how these begin; others are asked again after any change. */
function isChangedBy(operation: string, by: unknown): boolean {
  return !Array.isArray(by) || by.some((one) => typeof one === 'string' && operation.startsWith(one));
}

/**
 * Runs the change itself. The idempotency key belongs to one confirmed input: trying again after
 * a lost answer sends the same key and so never does the thing twice, while another set gets another.
 */
export function useApply<A extends ChangeOperation>(operation: A): Applying<A> {
  const client = useQueryClient();
  const [stage, setStage] = useState<Stage>({ step: 'preview' });
  const [failure, setFailure] = useState<BridgeError | null>(null);
  const intention = useRef({ input: '', key: '' });
  const abort = useRef<AbortController | null>(null);

  const repaint = useCallback(() => {
    void client.invalidateQueries({
      predicate: ({ queryKey, meta }) => queryKey[0] !== 'change' && isChangedBy(operation, meta?.['changedBy']),
    });
  }, [client, operation]);

  const apply = async (input: Input<A>, total: number): Promise<BridgeError | null> => {
    const written = JSON.stringify(input);
    if (intention.current.input !== written) intention.current = { input: written, key: newKey() };
    abort.current = new AbortController();
    setFailure(null);
    setStage({ step: 'doing', total });
    try {
      const changed = (await call(operation, input, {
        signal: abort.current.signal,
        idempotencyKey: intention.current.key,
      })) as Changed;
      if (changed.done) {
        setStage({
          step: 'proof',
          changed: changed.changed,
          skipped: changed.skipped,
          audits: [changed.proof.auditId],
          proof: changed.proof,
        });
      } else {
        setStage({ step: 'job', jobId: changed.jobId, total: changed.total });
      }
      repaint();
      return null;
    } catch (error) {
      const known = asBridgeError(error);
      setFailure(known);
      setStage({ step: 'preview' });
      return known;
    } finally {
      abort.current = null;
    }
  };

  const jobEnded = useCallback(
    ({ id, done, skipped, audits }: Job) => {
      setStage({ step: 'proof', changed: done, skipped: [], audits, proof: null, job: { id, skipped } });
      repaint();
    },
    [repaint],
  );

  return { stage, failure, apply, stop: () => abort.current?.abort(), jobEnded, forget: () => setFailure(null) };
}
