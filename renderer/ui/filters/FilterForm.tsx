import { Button, Group, Stack } from '@mantine/core';
import { type FormEvent, type ReactElement, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DayRange, type Days } from '../DayRange';

/** Fields of a filter that take effect together, with Enter or the button. */
export function FilterForm({
  children,
  onApply,
}: {
  readonly children: ReactNode;
  readonly onApply: () => void;
}): ReactElement {
  const { t } = useTranslation('filters');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onApply();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {children}
        <Group justify="flex-end">
          <Button type="submit" size="xs">
            {t('apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export interface DaysFormProps {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly onApply: (days: Days) => void;
  /** Usual ranges lie ahead: for what is still to come. */
  readonly ahead?: boolean;
}

/** From a day to a day, in a filter. */
export function DaysForm({ from, to, onApply, ahead = false }: DaysFormProps): ReactElement {
  const [range, setRange] = useState({ from: from ?? '', to: to ?? '' });
  return (
    <FilterForm onApply={() => onApply(range)}>
      <DayRange range={range} onChange={setRange} ahead={ahead} />
    </FilterForm>
  );
}
