import { useMutation } from '@tanstack/react-query';
import { call, newKey } from '../bridge';
import { toastError } from './toast';
import { setSession } from './session';

/** Locks the connection: no writes from now on. */
export function useLock(): { lock(): void; busy: boolean } {
  const { mutate, isPending } = useMutation({
    mutationFn: () => call('session.lock', {}, { idempotencyKey: newKey() }),
    onSuccess: setSession,
    onError: (error) => toastError(error),
  });
  return { lock: () => mutate(), busy: isPending };
}
