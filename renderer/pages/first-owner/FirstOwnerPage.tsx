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
 * For a database without an owner: creates the first one, and the tables if they are missing. If the site's tables
 * exist, a preview must be confirmed first. A locked connection asks for its name.
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
      // The database has changed since the preview: a new preview is shown for confirmation.
      if (asBridgeError(error).code === 'stale_preview') preview.mutate(input);
      else askWhoOwns(error);
    },
  });
  const preview = useMutation({
    mutationFn: (input: OwnerInput) => call('session.firstOwner.preview', input),
    onSuccess: (answer, input) => setAsked({ input, preview: answer }),
    onError: (error) => askWhoOwns(error),
  });
  /** If an owner was created elsewhere in the meantime, the session is read again, which leads to the sign-in. */
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
      {/* The form stays mounted, so that the input is kept for the way back. */}
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
