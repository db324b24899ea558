import { IconKey } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import { toast, toastError } from '../../state/toast';
import { mayBeKey } from './may-be-key';
import type { Entry } from './useCommands';
import { userNamed } from '../../ui/useUsersLike';

/**
 * Offers to look up the typed text if it may be a card key. The server is asked only when the command is chosen, and
 * the key is stored nowhere.
 */
export function useCardLookup(text: string): readonly Entry[] {
  const { t } = useTranslation('cards');
  const navigate = useNavigate();
  const pasted = text.trim();
  if (!mayBeKey(pasted)) return [];
  const look = async () => {
    try {
      const found = await call('cards.find', { text: pasted });
      if (found.found) await navigate({ to: '/cards', search: { card: found.card.id } });
      else if (found.why === 'several')
        toast(`${t('find.several', { count: found.cards.length })} ${t('find.severalHint')}`);
      else {
        // The name of a user may look like a key, and Enter may come before the users are found.
        const user = await userNamed(pasted);
        if (user !== null) await navigate({ to: '/users', search: { user } });
        else toast(`${t(`find.${found.why}`)} · ${t(`find.${found.why}Hint`)}`, { tone: 'bad' });
      }
    } catch (error) {
      toastError(error);
    }
  };
  return [
    {
      id: 'card',
      group: 'lookup',
      heading: t('title'),
      label: t('find.lookUp'),
      names: [],
      words: '',
      icon: IconKey,
      run: () => void look(),
    },
  ];
}
