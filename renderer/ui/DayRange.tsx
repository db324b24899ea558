import { Button, Group, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { dayOfDate } from './search-params';
import { DayField } from './DayField';

/** Days in the form of a date field. An empty one leaves that side open. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

export interface DayRangeProps {
  readonly range: Days;
  readonly onChange: (range: Days) => void;
  readonly disabled?: boolean;
  /** Offers future ranges instead of past ones. */
  readonly ahead?: boolean;
}

function daysAgo(days: number): string {
  return dayOfDate(new Date(Date.now() - days * 86_400_000));
}

const past = {
  last7: () => ({ from: daysAgo(7), to: '' }),
  last30: () => ({ from: daysAgo(30), to: '' }),
  before30: () => ({ from: '', to: daysAgo(30) }),
} as const;
const future = {
  next7: () => ({ from: daysAgo(0), to: daysAgo(-7) }),
  next30: () => ({ from: daysAgo(0), to: daysAgo(-30) }),
  past: () => ({ from: '', to: daysAgo(1) }),
} as const;

/** A range of days in this machine's time zone, both included. One click chooses one of three usual ranges. */
export function DayRange({ range, onChange, disabled = false, ahead = false }: DayRangeProps): ReactElement {
  const { t } = useTranslation('days');
  const usual: readonly { readonly label: string; readonly range: () => Days }[] = ahead
    ? (['next7', 'next30', 'past'] as const).map((key) => ({ label: t(key), range: future[key] }))
    : (['last7', 'last30', 'before30'] as const).map((key) => ({ label: t(key), range: past[key] }));
  return (
    <Stack gap="sm">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <DayField
          label={t('from')}
          value={range.from}
          disabled={disabled}
          onChange={(from) => onChange({ ...range, from })}
        />
        <DayField
          label={t('to')}
          value={range.to}
          problem={range.from !== '' && range.to !== '' && range.to < range.from ? t('order') : null}
          disabled={disabled}
          onChange={(to) => onChange({ ...range, to })}
        />
      </Group>
      <Group gap="xs">
        {usual.map((one) => (
          <Button
            key={one.label}
            size="compact-xs"
            variant="default"
            disabled={disabled}
            onClick={() => onChange(one.range())}
          >
            {one.label}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}
