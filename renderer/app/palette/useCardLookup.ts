import { IconKey } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call } from '../../bridge';
import { toast } from '../../state/toast';
import type { Command } from './useCommands';

/**
 * True for a text that is or contains a key: at least twelve letters and digits in all, with the spaces and dashes that
 * people put between them, or a word of eight or more among which is a digit. A key's hash passes as well.
 */
export function mayBeKey(text: string): boolean {
  const plain = text.normalize('NFKC').replaceAll(/[\u00ad\u200b-\u200f\u2060\ufeff]/gu, '');
  if (/^[A-Za-z0-9]{12,80}$/.test(plain.replaceAll(/[\s\p{Pd}_]/gu, ''))) return true;
  const words = plain.replaceAll(/[\p{Pd}_]/gu, '').match(/[A-Za-z0-9]{8,}/g) ?? [];
  return words.some((word) => /\d/.test(word));
}

/**
 * Offers to look up the typed text if it may be a card key. The server is asked only when the command is chosen, and
 * the key is stored nowhere.
 */
export function useCardLookup(text: string): readonly Command[] {
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
      else toast(`${t(`find.${found.why}`)} · ${t(`find.${found.why}Hint`)}`, { tone: 'bad' });
    } catch (error) {
      toast(asBridgeError(error).message, { tone: 'bad' });
    }
  };
  return [{ id: 'card', group: 'cards', label: t('find.lookUp'), words: '', icon: IconKey, run: () => void look() }];
}
