import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { asBridgeError, type BridgeError, call, newKey } from '../../../bridge';
import type { Input, Issued } from '../../../contract';

/** Operations that set going a job which fills a batch. */
export type FillingOperation = 'cards.issue' | 'cards.import';

export type FillStage =
  | { readonly step: 'preview' }
  | { readonly step: 'doing'; readonly total: number }
  | { readonly step: 'job'; readonly issued: Issued };

export interface Starting<A extends FillingOperation> {
  readonly stage: FillStage;
  readonly failure: BridgeError | null;
  /** Answers null when the job was taken on, else what was in the way. */
  readonly start: (input: Input<A>, total: number) => Promise<BridgeError | null>;
  /** Gives up waiting; the server rolls back. */
  readonly stop: () => void;
}

/**
 * Sets the job going. The idempotency key belongs to one confirmed input: trying again after a lost answer sends the same key and so never
 * makes a second batch of the same keys.
 */
export function useStart<A extends FillingOperation>(operation: A): Starting<A> {
  const client = useQueryClient();
  const [stage, setStage] = useState<FillStage>({ step: 'preview' });
  const [failure, setFailure] = useState<BridgeError | null>(null);
  const intention = useRef({ input: '', key: '' });
  const abort = useRef<AbortController | null>(null);

  const start = async (input: Input<A>, total: number): Promise<BridgeError | null> => {
    const written = JSON.stringify(input);
    if (intention.current.input !== written) intention.current = { input: written, key: newKey() };
    abort.current = new AbortController();
    setFailure(null);
    setStage({ step: 'doing', total });
    try {
      const issued: Issued = await call<FillingOperation>(operation, input, {
        signal: abort.current.signal,
        idempotencyKey: intention.current.key,
      });
      setStage({ step: 'job', issued });
      for (const queryKey of [['jobs'], ['batches'], ['audit']]) void client.invalidateQueries({ queryKey });
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

  return { stage, failure, start, stop: () => abort.current?.abort() };
}
