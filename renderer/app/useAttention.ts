import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { statsQuery, wantsAttention } from '../pages/cards/statsQuery';

/**
 * For each page of the rail that needs attention, the reason in words. Usually this is empty. If the query fails, the
 * page itself shows the error.
 */
export function useAttention(): Readonly<Record<string, string>> {
  const { t } = useTranslation('cards');
  const { data } = useQuery(statsQuery);
  return data !== undefined && wantsAttention(data) ? { cards: t('stock.attention') } : {};
}
