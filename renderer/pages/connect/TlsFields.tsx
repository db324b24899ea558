import { Checkbox, Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tls } from './draft';

/** The TLS settings of one part: on or off, trusted authorities, and a warning if certificates are not checked. */
export function TlsFields({
  part,
  value,
  onChange,
}: {
  readonly part: string;
  readonly value: Tls;
  onChange(tls: Tls): void;
}): ReactElement {
  const { t } = useTranslation('connect');
  const { ca = '' } = value;
  const setCa = (text: string) => {
    const { ca: _, ...rest } = value;
    onChange(text.trim() === '' ? rest : { ...rest, ca: text });
  };
  return (
    <>
      <div className="md-span-12 md-checks">
        <Checkbox
          size="xs"
          label={t('tls')}
          aria-label={`${part} ${t('tls')}`}
          checked={value.enabled}
          onChange={(event) => onChange({ ...value, enabled: event.currentTarget.checked })}
        />
        {value.enabled ? (
          <Checkbox
            size="xs"
            label={t('verify')}
            aria-label={`${part} ${t('verify')}`}
            checked={value.verify}
            onChange={(event) => onChange({ ...value, verify: event.currentTarget.checked })}
          />
        ) : null}
        {value.enabled && !value.verify ? <span className="md-warn">{t('noVerify')}</span> : null}
      </div>
      {value.enabled ? (
        <Textarea
          className="md-span-12 md-mono-field"
          size="xs"
          rows={3}
          label={t('ca')}
          placeholder="-----BEGIN CERTIFICATE-----"
          spellCheck={false}
          value={ca}
          onChange={(event) => setCa(event.currentTarget.value)}
        />
      ) : null}
    </>
  );
}
