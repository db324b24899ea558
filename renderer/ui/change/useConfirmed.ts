import { useRef, useState } from 'react';
import { asBridgeError, type BridgeError, call, newKey } from '../../bridge';
import type { Input, OperationName, Output } from '../../contract';

/** A change that was confirmed and has not been answered yet. */
export interface Confirmed<N extends OperationName> {
  /** The number of targets being changed; null if nothing runs. */
  readonly doing: number | null;
  readonly failure: BridgeError | null;
  /** Returns null if the change was accepted, else the error. */
  readonly send: (input: Input<N>, total: number) => Promise<BridgeError | null>;
  /** Stops waiting; the server rolls the change back. */
  readonly stop: () => void;
}

/**
 * Sends the confirmed input. An idempotency key belongs to one input: a retry after a lost answer sends the same key,
 * so the change is never made twice. Another input gets another key.
 */
export function useConfirmed<N extends OperationName>(
  operation: N,
  onAnswer: (answer: Output<N>) => void,
): Confirmed<N> {
  const [doing, setDoing] = useState<number | null>(null);
  const [failure, setFailure] = useState<BridgeError | null>(null);
  const intention = useRef({ input: '', key: '' });
  const abort = useRef<AbortController | null>(null);

  const send = async (input: Input<N>, total: number): Promise<BridgeError | null> => {
    const written = JSON.stringify(input);
    if (intention.current.input !== written) intention.current = { input: written, key: newKey() };
    abort.current = new AbortController();
    setFailure(null);
    setDoing(total);
    try {
      const { signal } = abort.current;
      onAnswer(await call(operation, input, { signal, idempotencyKey: intention.current.key }));
      return null;
    } catch (error) {
      const known = asBridgeError(error);
      setFailure(known);
      return known;
    } finally {
      setDoing(null);
      abort.current = null;
    }
  };
  return { doing, failure, send, stop: () => abort.current?.abort() };
}
