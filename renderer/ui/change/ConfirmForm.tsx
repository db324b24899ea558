import { type FormEvent, type ReactElement, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BridgeError } from '../../bridge';
import type { OperationName } from '../../contract';
import { useSession } from '../../state/session';
import { LockedNotice } from '../lock/LockedNotice';
import { asksForNumber, ConfirmBar, typedNumber } from './ConfirmBar';
import { ChangeProgress } from './ProgressPane';
import { Steps } from './Steps';
import type { Confirmed } from './useConfirmed';
import { useConfirmable } from './useConfirmable';

export interface ConfirmFormProps {
  /** The fingerprint of what is shown; null if there is nothing to confirm. */
  readonly fingerprint: string | null;
  readonly count: number;
  /** The text of the button, verb and number. */
  readonly label: string;
  /** The change cannot be undone, or only partly: the operator must always type the number. */
  readonly destructive?: boolean;
  /** True if there is no field to fill in first. */
  readonly grabFocus?: boolean;
  readonly running: Pick<Confirmed<OperationName>, 'doing' | 'failure' | 'stop'>;
  /** Confirms what is shown. Returns the error if the change was refused, else null. */
  readonly onConfirm: (fingerprint: string) => Promise<BridgeError | null>;
  /** Called if the change was refused because the shown state is outdated: the preview has to be loaded again. */
  readonly onStale?: () => void;
  readonly onCancel: () => void;
  /** The fields and the preview. */
  readonly children: ReactNode;
}

/**
 * Steps 1 and 2 of every change: whether the connection is read-only, the preview, a field to type a large number, one
 * button, and the wait for the answer.
 */
export function ConfirmForm({
  fingerprint,
  count,
  label,
  destructive = false,
  grabFocus = false,
  running: { doing, failure, stop },
  onConfirm,
  onStale,
  onCancel,
  children,
}: ConfirmFormProps): ReactElement {
  const { t } = useTranslation('change');
  const { locked } = useSession();
  const [typed, setTyped] = useState('');
  const busy = doing !== null;
  const ready = useConfirmable(fingerprint, failure !== null);
  const confirm = async () => {
    if (busy || !ready || fingerprint === null) return;
    if (asksForNumber(count, destructive) && typedNumber(typed) !== count) return;
    const refused = await onConfirm(fingerprint);
    if (refused?.code !== 'stale_preview' && refused?.code !== 'conflict') return;
    setTyped('');
    onStale?.();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void confirm();
  };
  return (
    <>
      <Steps at={busy ? 'doing' : 'preview'} />
      <form className="md-change-form" onSubmit={submit} noValidate>
        <div className="md-change-scroll" inert={busy}>
          {locked && failure?.code !== 'read_only' ? <LockedNotice>{t('lockedAhead')}</LockedNotice> : null}
          {children}
        </div>
        {busy ? (
          <ChangeProgress total={doing} onStop={stop} />
        ) : (
          <ConfirmBar
            count={count}
            label={label}
            ready={ready}
            destructive={destructive}
            grabFocus={grabFocus && failure === null}
            typed={typed}
            onTyped={setTyped}
            onCancel={onCancel}
          />
        )}
      </form>
    </>
  );
}
