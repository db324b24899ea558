import { useRef, useState } from 'react';
import { asBridgeError, type BridgeError, call, newKey } from '../../bridge';
import type { Input, OperationName, Output } from '../../contract';

/** A change between its confirmation and its answer. */
export interface Confirmed<N extends OperationName> {
  /** How many things are being changed; null while nothing runs. */
  readonly doing: number | null;
  readonly failure: BridgeError | null;
  /** Answers null when the change was taken, else what was in the way. */
  readonly send: (input: Input<N>, total: number) => Promise<BridgeError | null>;
  /** Gives up waiting; the server rolls back. */
  readonly stop: () => void;
}

/**
 * Sends what was confirmed. The idempotency key belongs to one confirmed input: trying again after a lost answer sends
 * the same key and so never does the thing twice, while another input gets another.
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
