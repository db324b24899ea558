import { Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call, newKey } from '../../../bridge';
import { Notices, Steps } from '../../../ui/change';
import { ExpiryFields } from '../issue/ExpiryFields';
import { OriginFields, TypeField } from '../issue/IssueFields';
import { type ImportDraft, readingOf } from './draft';
import type { OpenImport } from './useOpenImport';

export interface FileStepProps {
  readonly draft: ImportDraft;
  readonly onDraft: (patch: Partial<ImportDraft>) => void;
  /** Called when the system's file dialog opens and closes: this dialog must stay open in between. */
  readonly onBusy: (busy: boolean) => void;
  readonly onOpen: (open: OpenImport) => void;
  readonly onClose: () => void;
}

/**
 * Asks for the type and expiry of lines that have none, and for the file. The main process opens the file dialog, so no
 * path comes from this window.
 */
export function FileStep({ draft, onDraft, onBusy, onOpen, onClose }: FileStepProps): ReactElement {
  const { t } = useTranslation('imports');
  const client = useQueryClient();
  const reading = readingOf(draft);
  const choose = useMutation({
    mutationFn: (input: NonNullable<typeof reading>) => call('cards.import.read', input, { idempotencyKey: newKey() }),
    onSuccess: (open, input) => {
      void client.invalidateQueries({ queryKey: ['jobs'] });
      onOpen({ ...open, reading: input });
    },
  });
  const { isPending } = choose;
  useEffect(() => {
    onBusy(isPending);
    return () => onBusy(false);
  }, [isPending, onBusy]);
  const failure = choose.error === null ? null : asBridgeError(choose.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reading !== null && !isPending) choose.mutate(reading);
  };
  return (
    <>
      <Steps at="preview" />
      <form className="md-change-form" onSubmit={submit} noValidate>
        <div className="md-change-scroll" inert={isPending}>
          <div className="md-change-stack">
            <p className="md-change-sentence">{t('file.text')}</p>
            <ul className="md-import-hints">
              <li>{t('file.csv')}</li>
              <li>{t('file.txt')}</li>
              <li>{t('file.encoding')}</li>
              <li>{t('file.limit')}</li>
            </ul>
            <div className="md-issue-row">
              <TypeField label={t('file.type')} value={draft.type} onChange={(type) => onDraft({ type })} />
              <ExpiryFields type={draft.type} value={draft.expiry} onChange={(expiry) => onDraft({ expiry })} />
            </div>
            <OriginFields channel={draft.channel} note={draft.note} onChange={onDraft} />
            {/* If the operator closes the file dialog, nothing happens and no message is shown. */}
            <Notices failure={failure?.code === 'cancelled' ? null : failure} />
          </div>
        </div>
        <footer className="md-change-bar">
          <span className="md-dim" aria-live="polite">
            {isPending ? t('file.choosing') : ''}
          </span>
          <div className="md-change-bar-actions">
            <Button variant="default" onClick={onClose} disabled={isPending}>
              {t('cancel', { ns: 'common' })}
            </Button>
            <Button
              type="submit"
              leftSection={<IconFileImport size={15} aria-hidden />}
              loading={isPending}
              disabled={reading === null}
              data-autofocus
            >
              {t('file.choose')}
            </Button>
          </div>
        </footer>
      </form>
    </>
  );
}
