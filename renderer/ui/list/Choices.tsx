import { Checkbox, Radio, Stack } from '@mantine/core';
import type { KeyboardEvent, ReactElement } from 'react';
import type { Choice } from './filters';

/**
 * Chooses one of a few values, with immediate effect. A click or Enter also closes the editor; the arrow keys do not.
 */
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
      <Stack gap="sm">
        {choices.map(({ value, label: name }) => (
          <Radio
            key={value}
            size="xs"
            value={value}
            label={name}
            data-autofocus={value === first || undefined}
            onKeyDown={onKeyDown}
            // The arrow keys also cause a click on a radio, but only a mouse click has a count (`detail`).
            onClick={(event) => (event.detail > 0 || chosen === value ? onDone() : undefined)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** Chooses any of a few values, with immediate effect. */
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
    <Stack gap="sm">
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
