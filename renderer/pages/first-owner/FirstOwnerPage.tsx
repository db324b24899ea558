import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery, setSession, useSession } from '../../state/session';
import { asBridgeError, call, newKey } from '../../bridge';
import type { FirstOwnerPreview } from '../../contract';
import { EntryCard } from '../../ui/EntryCard';
import { ConfirmOwner } from './ConfirmOwner';
import { OwnerForm, type OwnerInput } from './OwnerForm';

/**
 * On a database without an owner: make the first one, and the tables with it where there are none. A database with a
 * site's tables is looked at first, and confirmed as that showed it; a locked connection asks for its name.
 */
export function FirstOwnerPage(): ReactElement {
  const { t } = useTranslation('door');
  const { connection, database: kind, locked } = useSession();
  const client = useQueryClient();
  const [asked, setAsked] = useState<{ readonly input: OwnerInput; readonly preview: FirstOwnerPreview } | null>(null);
  const create = useMutation({
    mutationFn: ({ input, fingerprint }: { readonly input: OwnerInput; readonly fingerprint?: string }) =>
      call('session.firstOwner', fingerprint === undefined ? input : { ...input, fingerprint }, {
        idempotencyKey: newKey(),
      }),
    onSuccess: setSession,
    onError: (error, { input }) => {
      // It is another database by now: it is shown as it is, to be confirmed again.
      if (asBridgeError(error).code === 'stale_preview') preview.mutate(input);
      else askWhoOwns(error);
    },
  });
  const preview = useMutation({
    mutationFn: (input: OwnerInput) => call('session.firstOwner.preview', input),
    onSuccess: (answer, input) => setAsked({ input, preview: answer }),
    onError: (error) => askWhoOwns(error),
  });
  /** Where an owner was made elsewhere meanwhile, the way leads to the sign-in. */
  const askWhoOwns = (error: Error) => {
    if (asBridgeError(error).code === 'conflict') void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  const submit = (input: OwnerInput) => {
    create.reset();
    if (kind === 'empty') create.mutate({ input });
    else preview.mutate(input);
  };
  const name = connection?.name ?? '';
  const database = connection?.database ?? '';
  const confirming = asked !== null;
  return (
    <EntryCard
      title={confirming ? t('confirmTitle') : t('ownerTitle')}
      text={
        confirming
          ? t('confirmText', { database })
          : kind === 'empty'
            ? t('ownerEmptyText', { database })
            : t('ownerText', { database })
      }
    >
      {confirming ? (
        <ConfirmOwner
          preview={asked.preview}
          busy={create.isPending || preview.isPending}
          error={create.error ?? preview.error}
          onConfirm={() => create.mutate({ input: asked.input, fingerprint: asked.preview.fingerprint })}
          onBack={() => {
            setAsked(null);
            create.reset();
            preview.reset();
          }}
        />
      ) : null}
      {/* What was typed stays for the way back. */}
      <div hidden={confirming}>
        <OwnerForm
          shown={!confirming}
          name={locked ? name : null}
          button={kind === 'empty' ? t('create') : t('look')}
          busy={create.isPending || preview.isPending}
          error={confirming ? null : (create.error ?? preview.error)}
          onSubmit={submit}
        />
      </div>
    </EntryCard>
  );
}
