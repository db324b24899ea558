import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../../../bridge';
import type { UserSelection } from '../../../contract';
import type { PastedList } from '../../../ui/change/pasted';
import { mostNames, readNames } from '../../users/actions/pasted';
import { usersList } from '../../users/list';
import type { AssignDraft } from './draft';

export interface Assigning {
  /** Whom the draft names; null while nobody is known, or too many were pasted. */
  readonly who: UserSelection | null;
  readonly pasted: PastedList;
  /** Names of the users' saved views. */
  readonly views: readonly string[];
}

const nothing: PastedList = { all: [], duplicates: 0, tooLong: [] };

/** Reads whom keys are for: pasted names, or the filter of a saved view of the users. */
export function useAssign(assign: AssignDraft): Assigning {
  const text = assign.kind === 'names' ? assign.text : null;
  const { data: views = [] } = useQuery({
    queryKey: ['views', 'users'],
    queryFn: ({ signal }) => call('views.list', { page: 'users' }, { signal }),
  });
  const pasted = useMemo(() => (text === null ? nothing : readNames(text)), [text]);
  // The same list must be the same object: a preview tells long lists apart by identity.
  const names = useMemo(() => [...pasted.all], [pasted]);
  const state = assign.kind === 'view' ? views.find((view) => view.name === assign.name)?.state : undefined;
  const who =
    state === undefined
      ? names.length === 0 || names.length > mostNames
        ? null
        : { names }
      : { filter: usersList.filterOf(state) };
  return { who, pasted, views: views.map((view) => view.name) };
}
