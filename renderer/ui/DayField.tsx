import { TextInput } from '@mantine/core';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseDay } from './parse-date';

export interface DayFieldProps {
  readonly label: string;
  /** `2026-07-01`, or empty. */
  readonly value: string;
  /** Told a day, or empty while what is typed is none. */
  readonly onChange: (day: string) => void;
  /** What is wrong with the day itself. */
  readonly problem?: string | null;
  readonly disabled?: boolean;
}

/** A day typed as year, month and day; a form with something else in it is not sent. */
export function DayField({ label, value, onChange, problem = null, disabled = false }: DayFieldProps): ReactElement {
  const { t } = useTranslation('days');
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [left, setLeft] = useState(false);
  // A day that was chosen elsewhere takes the place of what was typed.
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
