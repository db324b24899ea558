import { TextInput, type TextInputProps } from '@mantine/core';
import { type ReactElement, type RefObject, useEffect, useRef, useState } from 'react';

/** A form cannot be submitted while `problem` says what is wrong in this field. */
export function useProblem(field: RefObject<HTMLInputElement | null>, problem: string | null): void {
  useEffect(() => field.current?.setCustomValidity(problem ?? ''), [field, problem]);
}

export interface CheckedFieldProps extends Pick<
  TextInputProps,
  'label' | 'aria-label' | 'placeholder' | 'inputMode' | 'maxLength' | 'disabled'
> {
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** What is wrong with the text. */
  readonly problem: string | null;
  /** The text may become right as it goes on: nothing is said until the field is left, or its form is submitted. */
  readonly unfinished?: boolean;
  readonly onLeave?: () => void;
}

/**
 * A line whose text must be understood. What is wrong with it stands beside it, and its form cannot be submitted
 * meanwhile: what was typed is neither dropped nor read as something else.
 */
export function CheckedField({
  problem,
  unfinished = false,
  onChange,
  onLeave,
  ...rest
}: CheckedFieldProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState(false);
  useProblem(input, rest.disabled === true ? null : problem);
  return (
    <TextInput
      ref={input}
      size="xs"
      autoComplete="off"
      error={unfinished && !said ? null : problem}
      onChange={(event) => {
        setSaid(false);
        onChange(event.currentTarget.value);
      }}
      onBlur={() => {
        setSaid(true);
        onLeave?.();
      }}
      onInvalid={() => setSaid(true)}
      {...rest}
    />
  );
}
