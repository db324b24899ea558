import { Checkbox, Radio, Stack } from '@mantine/core';
import type { ReactElement } from 'react';

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

/** One of a few, in a filter. Takes effect at once. */
export function OneOf<Value extends string>({
  label,
  choices,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly choices: readonly Choice<Value>[];
  readonly chosen: Value | undefined;
  readonly onChoose: (value: Value | undefined) => void;
}): ReactElement {
  return (
    <Radio.Group
      value={chosen ?? null}
      onChange={(value) => onChoose(choices.find((choice) => choice.value === value)?.value)}
      aria-label={label}
    >
      <Stack gap="xs">
        {choices.map(({ value, label: name }) => (
          <Radio key={value} size="xs" value={value} label={name} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** Any of a few, in a filter. Each takes effect at once. */
export function AnyOf<Value extends string>({
  choices,
  chosen,
  onChange,
}: {
  readonly choices: readonly Choice<Value>[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: readonly Value[]) => void;
}): ReactElement {
  return (
    <Stack gap="xs">
      {choices.map(({ value, label }) => (
        <Checkbox
          key={value}
          size="xs"
          label={label}
          checked={chosen.includes(value)}
          onChange={(event) =>
            onChange(event.currentTarget.checked ? [...chosen, value] : chosen.filter((one) => one !== value))
          }
        />
      ))}
    </Stack>
  );
}
