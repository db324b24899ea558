import { Button, Checkbox, PasswordInput, Radio, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call, newKey } from '../../../bridge';
import type { CardSort } from '../../../contract';
import { ChangeFrame, Notices } from '../../../ui/change';
import { useExportStarted } from '../../../ui/list/useExport';
import type { ExportCount, ExportScope } from './types';

const formats = ['csv', 'txt', 'site', 'sheet'] as const;
type Format = (typeof formats)[number];
const shortest = 8;

export interface ExportDialogProps {
  readonly scope: ExportScope;
  /** Null if the number is unknown. */
  readonly count: ExportCount | null;
  readonly order?: { readonly sort: CardSort; readonly descending: boolean };
  readonly onClose: () => void;
}

/**
 * Exports keys to a file: asks for the format and for encryption. Then the operator chooses the file, and a job writes
 * it.
 */
export function ExportDialog({ scope, count, order, onClose }: ExportDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const { t: common } = useTranslation('common');
  const [format, setFormat] = useState<Format>('csv');
  const [encrypted, setEncrypted] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const started = useExportStarted();
  const save = useMutation({
    mutationFn: () =>
      call(
        'cards.export',
        { ...scope, ...order, format, ...(encrypted ? { passphrase } : {}) },
        { idempotencyKey: newKey() },
      ),
    onSuccess: () => {
      started();
      onClose();
    },
  });
  const tooShort = encrypted && passphrase.length < shortest;
  const failure = save.error === null ? null : asBridgeError(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!tooShort && !save.isPending) save.mutate();
  };
  const sentence =
    count === null
      ? t('export.uncounted')
      : t(count.exact ? 'export.sentence' : 'export.about', { count: count.count });
  return (
    <ChangeFrame title={t('export.title')} busy={save.isPending} onClose={onClose}>
      <form className="md-change-form" onSubmit={submit} noValidate>
        <div className="md-change-scroll" inert={save.isPending}>
          <div className="md-change-stack">
            <p className="md-change-sentence">{sentence}</p>
            <Radio.Group
              label={t('export.format')}
              value={format}
              onChange={(value) => setFormat(formats.find((one) => one === value) ?? 'csv')}
            >
              <Stack gap={6} mt={6}>
                {formats.map((value) => (
                  <Radio
                    key={value}
                    size="xs"
                    value={value}
                    label={t(`export.${value}`)}
                    description={t(`export.${value}Hint`)}
                    data-autofocus={value === format || undefined}
                  />
                ))}
              </Stack>
            </Radio.Group>
            <Checkbox
              size="xs"
              label={t('export.encrypt')}
              checked={encrypted}
              onChange={(event) => setEncrypted(event.currentTarget.checked)}
            />
            {encrypted ? (
              <PasswordInput
                size="xs"
                w={360}
                label={t('export.passphrase')}
                description={t('export.passphraseHint')}
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                autoComplete="new-password"
                maxLength={200}
                value={passphrase}
                onChange={(event) => setPassphrase(event.currentTarget.value)}
              />
            ) : null}
            {/* If the operator closes the save dialog, the export is cancelled without a message. */}
            <Notices failure={failure?.code === 'cancelled' ? null : failure} />
          </div>
        </div>
        <footer className="md-change-bar">
          <div className="md-change-bar-actions">
            <Button variant="default" onClick={onClose} disabled={save.isPending}>
              {common('cancel')}
            </Button>
            <Button
              type="submit"
              leftSection={<IconDownload size={15} aria-hidden />}
              loading={save.isPending}
              disabled={tooShort}
            >
              {t('export.button')}
            </Button>
          </div>
        </footer>
      </form>
    </ChangeFrame>
  );
}
