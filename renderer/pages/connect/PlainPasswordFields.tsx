import { Checkbox, Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlainPassword } from './draft';

/**
 * Which server gets the MySQL password without TLS: one with this public key, or any server that asks for it. By
 * default, neither gets it.
 */
export function PlainPasswordFields({
  value: { serverPublicKey, allowPlainPassword },
  onChange,
}: {
  readonly value: PlainPassword;
  onChange(value: PlainPassword): void;
}): ReactElement {
  const { t } = useTranslation('connect');
  const key = serverPublicKey === undefined ? {} : { serverPublicKey };
  const allowed = allowPlainPassword === true ? { allowPlainPassword } : {};
  return (
    <>
      <div className="md-span-12 md-checks">
        <Checkbox
          size="xs"
          label={t('allowPlain')}
          checked={allowPlainPassword === true}
          onChange={(event) =>
            onChange({ ...key, ...(event.currentTarget.checked ? { allowPlainPassword: true } : {}) })
          }
        />
        {allowPlainPassword === true ? <span className="md-warn">{t('allowPlainWarning')}</span> : null}
      </div>
      <Textarea
        className="md-span-12 md-mono-field"
        size="xs"
        rows={2}
        label={t('serverKey')}
        placeholder="-----BEGIN PUBLIC KEY-----"
        spellCheck={false}
        value={serverPublicKey ?? ''}
        onChange={({ currentTarget: { value: text } }) =>
          onChange({ ...allowed, ...(text.trim() === '' ? {} : { serverPublicKey: text }) })
        }
      />
    </>
  );
}
