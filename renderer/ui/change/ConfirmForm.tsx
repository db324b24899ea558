import { type FormEvent, type ReactElement, type ReactNode, useState } from 'react';
import type { BridgeError } from '../../bridge';
import type { OperationName } from '../../contract';
import { asksForNumber, ConfirmBar, typedNumber } from './ConfirmBar';
import { ChangeProgress } from './ProgressPane';
import { Steps } from './Steps';
import type { Confirmed } from './useConfirmed';
import { useConfirmable } from './useConfirmable';

export interface ConfirmFormProps {
  /** Of what is shown; null while there is nothing to confirm. */
  readonly fingerprint: string | null;
  readonly count: number;
  /** Verb and number, for the button. */
  readonly label: string;
  /** Cannot be taken back, or only in part: the number must always be typed. */
  readonly destructive?: boolean;
  /** There is no field to fill in first. */
  readonly grabFocus?: boolean;
  readonly running: Pick<Confirmed<OperationName>, 'doing' | 'failure' | 'stop'>;
  /** Confirms what is shown; answers what was in the way. */
  readonly onConfirm: (fingerprint: string) => Promise<BridgeError | null>;
  /** What was in the way has changed what was shown: it is asked for again. */
  readonly onStale?: () => void;
  readonly onCancel: () => void;
  /** Fields, and what is shown. */
  readonly children: ReactNode;
}

/**
 * Steps 1 and 2 of any change: what it would do, the number where it is large, one button, and the wait for its
 * answer.
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
