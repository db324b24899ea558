import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../bridge';
import type { SavedView } from '../../contract';
import type { FilterViews } from './SavedViews';
import { toastError } from '../../state/toast';

/** Compares two addresses without regard to the order of their parts. */
function sameState(one: object, other: object): boolean {
  const written = (state: object) => JSON.stringify(Object.entries(state).sort(([a], [b]) => a.localeCompare(b)));
  return written(one) === written(other);
}

export interface ViewsWishes {
  /** Null if this page has no saved views. */
  readonly page: SavedView['page'] | null;
  /** The present address of the page. */
  readonly state: object;
  readonly apply: (state: Readonly<Record<string, unknown>>) => void;
}

/** The saved views of a page, for the filter line. */
export function useViews({ page, state, apply }: ViewsWishes): FilterViews {
  const client = useQueryClient();
  const { data: views = [] } = useQuery({
    queryKey: ['views', page],
    queryFn: ({ signal }) => (page === null ? [] : call('views.list', { page }, { signal })),
    enabled: page !== null,
  });
  const current = views.find((view) => sameState(view.state, state))?.name;
  const change = async (work: (of: SavedView['page']) => Promise<unknown>) => {
    if (page === null) return;
    try {
      await work(page);
      await client.invalidateQueries({ queryKey: ['views', page] });
    } catch (error) {
      toastError(error);
    }
  };

  return {
    saved: views.map((view) => view.name),
    ...(current === undefined ? {} : { current }),
    onApply: (name) => {
      const view = views.find((one) => one.name === name);
      if (view !== undefined) apply(view.state);
    },
    onSave: (name) => void change((of) => call('views.save', { page: of, name, state: { ...state } })),
    onRemove: (name) => void change((of) => call('views.remove', { page: of, name })),
  };
}
