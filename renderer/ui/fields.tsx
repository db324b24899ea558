import { SegmentedControl, Select, TextInput, type TextInputProps } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** One of the values to choose from. */
export interface FieldChoice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly disabled?: boolean;
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly choices: readonly FieldChoice<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

export interface SelectFieldProps<Value extends string> extends Omit<ChoiceProps<Value>, 'value'> {
  /** null: nothing is chosen yet. */
  readonly value: Value | null;
  readonly placeholder?: string;
  readonly className?: string;
  readonly 'data-autofocus'?: boolean;
}

export interface SegmentedProps<Value extends string> extends ChoiceProps<Value> {
  /** The label is for screen readers only, because it is already visible beside the field. */
  readonly bare?: boolean;
  readonly fullWidth?: boolean;
  readonly className?: string;
}

/** Chooses one of a few values, shown side by side. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>): ReactElement {
  const { label, choices, value, onChange, bare = false, fullWidth = false, className } = props;
  const control = (
    <SegmentedControl<Value>
      size="xs"
      fullWidth={fullWidth}
      aria-label={label}
      data={[...choices]}
      value={value}
      onChange={onChange}
    />
  );
  if (bare) return control;
  return (
    <div className={className}>
      <div className="md-label">{label}</div>
      {control}
    </div>
  );
}

/** Chooses one of a few values from a drop-down list. What is chosen can be changed, but not taken back. */
export function SelectField<Value extends string>({
  choices,
  value,
  onChange,
  ...rest
}: SelectFieldProps<Value>): ReactElement {
  return (
    <Select
      size="xs"
      data={[...choices]}
      value={value}
      allowDeselect={false}
      onChange={(chosen) => {
        const found = choices.find((one) => one.value === chosen);
        if (found !== undefined) onChange(found.value);
      }}
      {...rest}
    />
  );
}

export interface TextFieldProps extends Omit<TextInputProps, 'onChange' | 'size' | 'maxLength'> {
  readonly value: string;
  /** The maximum length. */
  readonly most?: number;
  readonly onChange: (text: string) => void;
}

/** A single line of text. */
export function TextField({ most, onChange, ...rest }: TextFieldProps): ReactElement {
  return (
    <TextInput
      size="xs"
      {...(most === undefined ? {} : { maxLength: most })}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...rest}
    />
  );
}

/** A moment in the form `2026-12-31 23:59`, in this machine's time zone. */
export function MomentField(props: Omit<TextFieldProps, 'placeholder' | 'most' | 'autoComplete'>): ReactElement {
  const { t } = useTranslation('days');
  return <TextField placeholder={t('momentPlaceholder')} autoComplete="off" most={20} {...props} />;
}
