import { Button, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '../NumberCell';
import { useFocusHere } from './useFocusHere';

/** For more rows than this, the operator must type the number. */
const large = 100;

/** Whether the operator must type the number first. */
export function asksForNumber(count: number, destructive: boolean): boolean {
  return count > 0 && (destructive || count > large);
}

/** Parses a typed number; accepts thousands separators, both ASCII and full-width. */
export function typedNumber(text: string): number | null {
  const digits = text.replaceAll(/[\s,，._]/gu, '');
  return /^\d+$/.test(digits) ? Number(digits) : null;
}

export interface ConfirmBarProps {
  readonly count: number;
  /** The text of the button, verb and number: "Ban 1,284 users". */
  readonly label: string;
  readonly ready: boolean;
  readonly destructive: boolean;
  /** True to take the focus as soon as the bar is usable, because there are no fields to fill in first. */
  readonly grabFocus: boolean;
  readonly typed: string;
  readonly onTyped: (text: string) => void;
  readonly onCancel: () => void;
}

/** The bar under a preview: a field to type a large number, and one button that names the change. */
export function ConfirmBar({
  count,
  label,
  ready,
  destructive,
  grabFocus,
  typed,
  onTyped,
  onCancel,
}: ConfirmBarProps): ReactElement {
  const { t } = useTranslation('change');
  const asks = asksForNumber(count, destructive);
  const field = useFocusHere<HTMLInputElement>(grabFocus && ready && asks);
  const button = useFocusHere<HTMLButtonElement>(grabFocus && ready && !asks);
  const wrong = asks && typed !== '' && typedNumber(typed) !== count;
  return (
    <footer className="md-change-bar">
      {asks ? (
        <TextInput
          ref={field}
          size="xs"
          className="md-change-number"
          classNames={{ input: 'md-change-number-input', label: 'md-change-number-label' }}
          label={t('number.label', { value: formatNumber(count) })}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          error={wrong}
          onChange={(event) => onTyped(event.currentTarget.value)}
        />
      ) : null}
      <div className="md-change-bar-actions">
        <Button variant="default" onClick={onCancel}>
          {t('actions.cancel')}
        </Button>
        <Button
          ref={button}
          type="submit"
          title={label}
          {...(destructive ? { color: 'red' } : {})}
          disabled={!ready || (asks && typedNumber(typed) !== count)}
        >
          {label}
        </Button>
      </div>
    </footer>
  );
}
