import { Checkbox, Radio, Stack } from '@mantine/core';
import type { KeyboardEvent, ReactElement } from 'react';
import type { Choice } from './filters';

/** One of a few. Takes effect at once; a click or Enter is done with it, the arrows go on. */
export function OneOf({
  label,
  choices,
  chosen,
  onChoose,
  onDone,
}: {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: string | undefined;
  readonly onChoose: (value: string) => void;
  readonly onDone: () => void;
}): ReactElement {
  const first = chosen ?? choices[0]?.value;
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    onChoose(event.currentTarget.value);
    onDone();
  };
  return (
    <Radio.Group value={chosen ?? null} onChange={onChoose} aria-label={label}>
      <Stack gap="xs">
        {choices.map(({ value, label: name }) => (
          <Radio
            key={value}
            size="xs"
            value={value}
            label={name}
            data-autofocus={value === first || undefined}
            onKeyDown={onKeyDown}
            // The arrows press a radio, too: of a click of the mouse alone there is a count.
            onClick={(event) => (event.detail > 0 || chosen === value ? onDone() : undefined)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** Any of a few. Each takes effect at once. */
export function AnyOf({
  choices,
  chosen,
  onChange,
}: {
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
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
