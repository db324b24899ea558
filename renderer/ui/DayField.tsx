import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckedField } from './CheckedField';
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
  const [text, setText] = useState(value);
  // If `value` was changed from outside, it replaces the typed text.
  const shown = value === (parseDay(text) ?? '') ? text : value;
  const strange = shown.trim() !== '' && parseDay(shown) === null;
  const type = (typed: string) => {
    setText(typed);
    onChange(parseDay(typed) ?? '');
  };
  return (
    <CheckedField
      label={label}
      placeholder={t('placeholder')}
      inputMode="numeric"
      maxLength={14}
      value={shown}
      disabled={disabled}
      problem={strange ? t('invalid') : problem}
      unfinished={strange && shown.length < 10}
      onChange={type}
      onLeave={() => setText(parseDay(shown) ?? shown)}
    />
  );
}
