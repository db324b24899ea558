import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { states, types } from './list/list';

/** The name of a card type; an unknown type is shown as the site stores it. */
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

/** The word for a card's status in the database. */
export function useStatusLabel(): (status: string) => string {
  const { t } = useTranslation('cards');
  return (status) => {
    const known = states.find((one) => one === status);
    return known === undefined ? status : t(`state.${known}`);
  };
}

const sources = ['invitation', 'redeem', 'manual', 'promotion_register'] as const;

/** The word for how a user got a card. */
export function useSourceLabel(): (source: string) => string {
  const { t } = useTranslation('cards');
  return (source) => {
    const known = sources.find((one) => one === source);
    return known === undefined ? source : t(`drawer.source_${known}`);
  };
}
