import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../../../bridge';
import type { UserSelection } from '../../../contract';
import type { PastedList } from '../../../ui/change/pasted';
import { mostNames, readNames, usersOf } from '../../users/actions/pasted';
import { usersList } from '../../users/list';
import type { AssignDraft } from './draft';

export interface Assigning {
  /** The users; null while none are known, or if too many were pasted. */
  readonly who: UserSelection | null;
  readonly pasted: PastedList;
  /** The names of the saved views of users. */
  readonly views: readonly string[];
}

const nothing: PastedList = { all: [], duplicates: 0, tooLong: [], blanks: false };

/** Determines the users who get keys: pasted names, or the filter of a saved view of users. */
export function useAssign(assign: AssignDraft): Assigning {
  const text = assign.kind === 'names' ? assign.text : null;
  const { data: views = [] } = useQuery({
    queryKey: ['views', 'users'],
    queryFn: ({ signal }) => call('views.list', { page: 'users' }, { signal }),
  });
  const pasted = useMemo(() => (text === null ? nothing : readNames(text)), [text]);
  // An unchanged list must stay the same object, because a preview compares long lists by identity.
  const named = useMemo(() => usersOf(pasted), [pasted]);
  const count = pasted.all.length;
  const state = assign.kind === 'view' ? views.find((view) => view.name === assign.name)?.state : undefined;
  const who =
    state === undefined ? (count === 0 || count > mostNames ? null : named) : { filter: usersList.filterOf(state) };
  return { who, pasted, views: views.map((view) => view.name) };
}
