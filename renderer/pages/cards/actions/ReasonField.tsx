import { TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

export interface ReasonFieldProps {
  readonly value: string;
  readonly onChange: (reason: string) => void;
  readonly takesFocus?: boolean;
}

/** Why a change is made: for the audit. */
export function ReasonField({ value, onChange, takesFocus = false }: ReasonFieldProps): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <TextInput
      className="md-grow"
      size="xs"
      label={t('reason')}
      placeholder={t('reasonPlaceholder')}
      maxLength={200}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-autofocus={takesFocus || undefined}
    />
  );
}

/** A reason as part of an input: left out where there is none. */
export function reasonOf(text: string): { readonly reason?: string } {
  return text.trim() === '' ? {} : { reason: text.trim() };
}
