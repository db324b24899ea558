import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { states, types } from './list/list';

/** The word for a kind of card; the site's own word where it has another. */
export function useTypeLabel(): (type: string) => string {
  const { t } = useTranslation('cards');
  return useCallback(
    (type: string) => {
      const known = types.find((one) => one === type);
      return known === undefined ? type : t(`type.${known}`);
    },
    [t],
  );
}

/** The word for what the database says a card is. */
export function useStatusLabel(): (status: string) => string {
  const { t } = useTranslation('cards');
  return (status) => {
    const known = states.find((one) => one === status);
    return known === undefined ? status : t(`state.${known}`);
  };
}

const sources = ['invitation', 'redeem', 'manual', 'promotion_register'] as const;

/** The word for how a user came by a card. */
export function useSourceLabel(): (source: string) => string {
  const { t } = useTranslation('cards');
  return (source) => {
    const known = sources.find((one) => one === source);
    return known === undefined ? source : t(`drawer.source_${known}`);
  };
}
