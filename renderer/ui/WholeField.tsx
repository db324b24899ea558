import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckedField, type CheckedFieldProps } from './CheckedField';
import { formatNumber } from './NumberCell';
import { parseWhole, usualForm } from './typed';

export interface WholeFieldProps extends Omit<CheckedFieldProps, 'problem' | 'unfinished' | 'onLeave' | 'inputMode'> {
  /** What is wrong with the number itself. */
  readonly problem?: string | null;
}

/** A whole number, as it is typed; `parseWhole` reads it. Empty means none. */
export function WholeField({ problem = null, ...rest }: WholeFieldProps): ReactElement {
  const { t } = useTranslation('filters');
  const { value, onChange } = rest;
  const whole = parseWhole(value);
  const strange = value.trim() !== '' && whole === null;
  return (
    <CheckedField
      problem={strange ? t('whole', { most: formatNumber(Number.MAX_SAFE_INTEGER) }) : problem}
      unfinished={!strange || usualForm(value) === '-'}
      onLeave={() => (whole === null ? undefined : onChange(formatNumber(whole)))}
      {...rest}
    />
  );
}
