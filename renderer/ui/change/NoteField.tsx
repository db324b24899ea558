import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { TextField } from '../fields';

export interface NoteFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** The maximum length. */
  readonly most: number;
  readonly takesFocus?: boolean;
}

/** A reason or a note, kept only in the audit. */
export function NoteField({ label, value, onChange, most, takesFocus = false }: NoteFieldProps): ReactElement {
  const { t } = useTranslation('change');
  return (
    <TextField
      className="md-grow"
      label={label}
      placeholder={t('notePlaceholder')}
      most={most}
      value={value}
      onChange={onChange}
      data-autofocus={takesFocus || undefined}
    />
  );
}

/** The text as a part of the input; an empty text is left out. */
export function noteOf<Field extends string>(field: Field, text: string): { readonly [F in Field]?: string } {
  return (text.trim() === '' ? {} : { [field]: text.trim() }) as { readonly [F in Field]?: string };
}
