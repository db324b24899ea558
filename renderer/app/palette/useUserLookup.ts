import { IconUser } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useUsersLike } from '../../ui/useUsersLike';
import { visible } from '../../ui/visible';
import type { Entry } from './useCommands';

interface Lookup {
  /** The user of exactly the typed name. */
  readonly named: readonly Entry[];
  readonly others: readonly Entry[];
  /** The server has not answered about this text yet. */
  readonly busy: boolean;
}

/** Finds users whose name contains the typed text. Enter opens the user's details. */
export function useUserLookup(text: string): Lookup {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const { named, others, busy } = useUsersLike(text);
  const entryOf = (username: string): Entry => ({
    id: `user:${username}`,
    group: 'found',
    heading: t('group_found'),
    label: visible(username),
    names: [],
    words: '',
    icon: IconUser,
    run: () => void navigate({ to: '/users', search: { user: username } }),
  });
  return { named: named.map(entryOf), others: others.map(entryOf), busy };
}
