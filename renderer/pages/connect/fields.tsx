import { NumberInput, PasswordInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { TextField } from '../../ui/fields';
import { type Address, addressIn } from './address';

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

interface HostFieldProps {
  readonly value: string;
  readonly onChange: (host: string) => void;
  /** A whole address was pasted or typed. */
  readonly onAddress: (address: Address) => void;
}

/** The host of one part. A pasted address is taken apart before it is shown, because it may contain a password. */
export function HostField({ value, onChange, onAddress }: HostFieldProps): ReactElement {
  const { t } = useTranslation('connect');
  return (
    <TextField
      className="md-span-5"
      label={t('host')}
      value={value}
      onChange={onChange}
      onPaste={(event) => {
        const address = addressIn(event.clipboardData.getData('text'));
        if (address === null) return;
        event.preventDefault();
        onAddress(address);
      }}
      onBlur={() => {
        const address = addressIn(value);
        if (address !== null) onAddress(address);
      }}
    />
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
