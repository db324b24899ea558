import { useMutation } from '@tanstack/react-query';
import { call } from '../../bridge';
import type { CardRow, FoundCard } from '../../contract';

export type NotFound = Extract<FoundCard, { readonly found: false }>['why'];

export interface FindCard {
  readonly find: (text: string) => void;
  readonly searching: boolean;
  /** Why the last search found no card; null if it found one or none was made. */
  readonly why: NotFound | null;
  readonly error: unknown;
  readonly forget: () => void;
}

/** Looks up a key. The typed text is stored nowhere: neither in the address nor in a cache. */
export function useFindCard(onFound: (card: CardRow, mended: boolean) => void): FindCard {
  const look = useMutation({
    mutationFn: (text: string) => call('cards.find', { text }),
    onSuccess: (found) => {
      if (found.found) onFound(found.card, found.how === 'mended');
    },
    gcTime: 0,
  });
  const { data } = look;
  return {
    find: (text) => look.mutate(text),
    searching: look.isPending,
    why: data === undefined || data.found ? null : data.why,
    error: look.error,
    forget: look.reset,
  };
}
