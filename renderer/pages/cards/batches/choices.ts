import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../../bridge';
import type { BatchChoice, BatchChoices } from '../../../contract';
import type { ChoicesOf } from '../../../ui/list/FilterBar';
import type { Choice } from '../../../ui/list/filters';
import { visible } from '../../../ui/visible';

const noBatches: BatchChoices = { channels: [], operators: [] };

function useBatchChoices(): BatchChoices {
  const { data = noBatches } = useQuery({
    queryKey: ['batches', 'choices'],
    queryFn: ({ signal }) => call('cards.batches.choices', {}, { signal }),
    staleTime: 60_000,
  });
  return data;
}

const choicesOf = (values: readonly BatchChoice[], none: string): readonly Choice[] =>
  values.map(({ value, batches }) => ({ value, label: value === '' ? none : visible(value), count: batches }));

function useChannels(): readonly Choice[] {
  const { t } = useTranslation('batches');
  return choicesOf(useBatchChoices().channels, t('filter.noChannel'));
}

function useOperators(): readonly Choice[] {
  return choicesOf(useBatchChoices().operators, '');
}

/** The channels and operators of batches, each with its number of batches. */
export const batchChoices: ChoicesOf = { channel: useChannels, operator: useOperators };
