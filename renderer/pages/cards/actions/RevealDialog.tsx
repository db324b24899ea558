import { ActionIcon, Button } from '@mantine/core';
import { IconCopy, IconEye } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../../state/session';
import { asBridgeError, call, newKey } from '../../../bridge';
import { copyText, toast } from '../../../ui';
import { ChangeFrame, Notices } from '../../../ui/change';
import { TakesFocus } from '../../../ui/TakesFocus';

export interface RevealDialogProps {
  readonly ids: readonly string[];
  readonly onClose: () => void;
}

/** Shows keys in plain text. First it warns that this is audited. The keys are shown only here. */
export function RevealDialog({ ids, onClose }: RevealDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const { t: common } = useTranslation('common');
  const name = useSession().operator?.username ?? '';
  const client = useQueryClient();
  // One intention has one idempotency key, however often it is retried.
  const intention = useRef(newKey());
  const reveal = useMutation({
    mutationFn: () => call('cards.reveal', { ids: [...ids] }, { idempotencyKey: intention.current }),
    // The history of the cards contains this view of the keys, too.
    onSuccess: () => {
      for (const queryKey of [['cards', 'one'], ['audit']]) void client.invalidateQueries({ queryKey });
    },
    gcTime: 0,
  });
  const keys = reveal.data?.keys ?? [];
  const copy = (text: string) => {
    if (copyText(text)) toast(t('reveal.copied'));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reveal.data !== undefined) copy(keys.map(({ key }) => key).join('\n'));
    else if (!reveal.isPending) reveal.mutate();
  };
  return (
    <ChangeFrame title={t('reveal.title')} busy={reveal.isPending} onClose={onClose}>
      <form className="md-change-form" onSubmit={submit} noValidate>
        <div className="md-change-scroll">
          <div className="md-change-stack">
            {reveal.data === undefined ? (
              <p className="md-change-sentence">{t('reveal.sentence', { count: ids.length, name })}</p>
            ) : (
              <TakesFocus by={reveal.data}>
                <p className="md-change-sentence">
                  {t('reveal.shown', { count: keys.length })}
                  {keys.length < ids.length ? ` ${t('reveal.gone', { count: ids.length - keys.length })}` : ''}
                </p>
                <ul className="md-cards-keys" aria-label={t('reveal.list')}>
                  {keys.map(({ id, key }) => (
                    <li key={id}>
                      <code>{key}</code>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        size={24}
                        aria-label={t('reveal.copyOne')}
                        title={t('reveal.copyOne')}
                        onClick={() => copy(key)}
                      >
                        <IconCopy size={14} />
                      </ActionIcon>
                    </li>
                  ))}
                </ul>
              </TakesFocus>
            )}
            <Notices failure={reveal.error === null ? null : asBridgeError(reveal.error)} />
          </div>
        </div>
        <footer className="md-change-bar">
          <div className="md-change-bar-actions">
            <Button variant="default" onClick={onClose} disabled={reveal.isPending}>
              {common(reveal.data === undefined ? 'cancel' : 'close')}
            </Button>
            {reveal.data === undefined ? (
              <Button
                leftSection={<IconEye size={15} aria-hidden />}
                loading={reveal.isPending}
                type="submit"
                data-autofocus
              >
                {t('reveal.button', { count: ids.length })}
              </Button>
            ) : (
              <Button leftSection={<IconCopy size={15} aria-hidden />} disabled={keys.length === 0} type="submit">
                {t(keys.length === 1 ? 'reveal.copyOne' : 'reveal.copyAll')}
              </Button>
            )}
          </div>
        </footer>
      </form>
    </ChangeFrame>
  );
}
