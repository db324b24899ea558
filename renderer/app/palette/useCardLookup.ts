import { IconKey } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import { toast, toastError } from '../../state/toast';
import type { Command } from './useCommands';

/**
 * True for at least twelve letters and digits, also with the spaces and dashes that people put between them. A key's
 * hash passes as well. Usernames are rarely so long.
 */
function looksLikeKey(text: string): boolean {
  return /^[A-Za-z0-9]{12,80}$/.test(text.replaceAll(/[\s\-_–—]/gu, ''));
}

/**
 * Offers to look up the typed text if it may be a card key. The server is asked only when the command is chosen, and
 * the key is stored nowhere.
 */
export function useCardLookup(text: string): readonly Command[] {
  const { t } = useTranslation('cards');
  const navigate = useNavigate();
  const pasted = text.trim();
  if (!looksLikeKey(pasted)) return [];
  const look = async () => {
    try {
      const found = await call('cards.find', { text: pasted });
      if (found.found) await navigate({ to: '/cards', search: { card: found.card.id } });
      else toast(`${t(`find.${found.why}`)} · ${t(`find.${found.why}Hint`)}`, { tone: 'bad' });
    } catch (error) {
      toastError(error);
    }
  };
  return [{ id: 'card', group: 'cards', label: t('find.lookUp'), words: '', icon: IconKey, run: () => void look() }];
}
