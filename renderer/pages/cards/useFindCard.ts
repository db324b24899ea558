import { useMutation } from '@tanstack/react-query';
import { call } from '../../bridge';
import type { CardRow, FoundCard } from '../../contract';

export type NotFound = Extract<FoundCard, { readonly found: false }>;

export interface FindCard {
  readonly find: (text: string) => void;
  readonly searching: boolean;
  /** Why the last search did not find one card; null if it did or none was made. */
  readonly other: NotFound | null;
  readonly error: unknown;
  readonly forget: () => void;
}

/** Looks up a key. The typed text is stored nowhere: neither in the address nor in a cache. */
export function useFindCard(
  onFound: (card: CardRow, how: Extract<FoundCard, { readonly found: true }>['how']) => void,
): FindCard {
  const look = useMutation({
    mutationFn: (text: string) => call('cards.find', { text }),
    onSuccess: (found) => {
      if (found.found) onFound(found.card, found.how);
    },
    gcTime: 0,
  });
  const { data } = look;
  return {
    find: (text) => look.mutate(text),
    searching: look.isPending,
    other: data === undefined || data.found ? null : data,
    error: look.error,
    forget: look.reset,
  };
}
