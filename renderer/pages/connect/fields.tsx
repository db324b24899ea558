import { NumberInput, PasswordInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

interface FigureFieldProps {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A port or a similar number, which nobody would reach by arrow buttons. */
export function FigureField({ onChange, ...rest }: FigureFieldProps): ReactElement {
  return (
    <NumberInput className="md-span-2" size="xs" hideControls onChange={(value) => onChange(Number(value))} {...rest} />
  );
}

interface SecretFieldProps {
  /** A password may be stored already; an empty field keeps it. */
  readonly kept: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The password of one part. */
export function SecretField({ kept, value, onChange }: SecretFieldProps): ReactElement {
  const { t } = useTranslation('connect');
  return (
    <PasswordInput
      className="md-span-5"
      size="xs"
      label={t('password')}
      placeholder={kept ? t('keepPassword') : undefined}
      autoComplete="new-password"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
