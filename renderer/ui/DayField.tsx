import { TextInput } from '@mantine/core';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseDay } from './parse-date';

export interface DayFieldProps {
  readonly label: string;
  /** For example `2026-07-01`, or empty. */
  readonly value: string;
  /** Called with a day, or with an empty text while the typed text is not a day. */
  readonly onChange: (day: string) => void;
  /** An error about the day itself. */
  readonly problem?: string | null;
  readonly disabled?: boolean;
}

/** A day that is typed as year, month and day. A form cannot be submitted while the text is not a day. */
export function DayField({ label, value, onChange, problem = null, disabled = false }: DayFieldProps): ReactElement {
  const { t } = useTranslation('days');
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [left, setLeft] = useState(false);
  // If `value` was changed from outside, it replaces the typed text.
  const shown = value === (parseDay(text) ?? '') ? text : value;
  const strange = shown.trim() !== '' && parseDay(shown) === null;
  const fault = strange ? t('invalid') : problem;
  useEffect(() => input.current?.setCustomValidity(disabled ? '' : (fault ?? '')), [fault, disabled]);
  const type = (typed: string) => {
    setText(typed);
    setLeft(false);
    onChange(parseDay(typed) ?? '');
  };
  return (
    <TextInput
      ref={input}
      size="xs"
      label={label}
      placeholder={t('placeholder')}
      inputMode="numeric"
      autoComplete="off"
      maxLength={14}
      value={shown}
      disabled={disabled}
      error={strange && !left && shown.length < 10 ? null : fault}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={() => {
        setText(parseDay(shown) ?? shown);
        setLeft(true);
      }}
    />
  );
}
