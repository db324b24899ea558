import { useQuery, useQueryClient } from '@tanstack/react-query';
import { asBridgeError, call } from '../bridge';
import type { SavedView } from '../contract';
import type { FilterViews } from './FilterBar';
import { toast } from '../state/toast';

/** Addresses are compared without regard to the order of their parts. */
function sameState(one: object, other: object): boolean {
  const written = (state: object) => JSON.stringify(Object.entries(state).sort(([a], [b]) => a.localeCompare(b)));
  return written(one) === written(other);
}

export interface ViewsWishes {
  readonly page: SavedView['page'];
  /** What the page's address holds now. */
  readonly state: object;
  readonly apply: (state: Readonly<Record<string, unknown>>) => void;
}

/** Saved views of a page, for its filter line. */
export function useViews({ page, state, apply }: ViewsWishes): FilterViews {
  const client = useQueryClient();
  const { data: views = [] } = useQuery({
    queryKey: ['views', page],
    queryFn: ({ signal }) => call('views.list', { page }, { signal }),
  });
  const current = views.find((view) => sameState(view.state, state))?.name;
  const change = async (work: Promise<unknown>) => {
    try {
      await work;
      await client.invalidateQueries({ queryKey: ['views', page] });
    } catch (error) {
      toast(asBridgeError(error).message, { tone: 'bad' });
    }
  };

  return {
    saved: views.map((view) => view.name),
    ...(current === undefined ? {} : { current }),
    onApply: (name) => {
      const view = views.find((one) => one.name === name);
      if (view !== undefined) apply(view.state);
    },
    onSave: (name) => void change(call('views.save', { page, name, state: { ...state } })),
    onRemove: (name) => void change(call('views.remove', { page, name })),
  };
}
