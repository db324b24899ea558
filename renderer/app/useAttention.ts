import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { statsQuery, wantsAttention } from '../pages/cards/statsQuery';

/**
 * What a page of the rail wants attention for, in words; nothing for most, most of the time. A failure is told on the
 * page itself.
 */
export function useAttention(): Readonly<Record<string, string>> {
  const { t } = useTranslation('cards');
  const { data } = useQuery(statsQuery);
  return data !== undefined && wantsAttention(data) ? { cards: t('stock.attention') } : {};
}
