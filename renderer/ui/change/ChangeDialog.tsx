import { type ReactElement, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeFlow, type ChangeFlowProps } from './ChangeFlow';
import { ChangeFrame } from './ChangeFrame';
import type { ChangeOperation, PreviewOperation } from './operations';
import { UndoFlow } from './UndoFlow';

type Undoing = Pick<ChangeFlowProps<PreviewOperation, ChangeOperation>, 'onBusy' | 'onUndo' | 'onClose'>;

interface UndoableProps extends Pick<Undoing, 'onClose'> {
  readonly title?: string;
  /** The audit entry to undo; if set, the dialog starts with the undo. */
  readonly auditId?: string;
  readonly children?: (undoing: Undoing) => ReactNode;
}

/** The dialog of a change. The change can be undone in the same dialog. */
export function UndoableFrame({ title, auditId, children, onClose }: UndoableProps): ReactElement {
  const { t } = useTranslation('change');
  const [undoing, setUndoing] = useState(auditId);
  const [busy, setBusy] = useState(false);
  const told: Undoing = { onBusy: setBusy, onUndo: setUndoing, onClose };
  return (
    <ChangeFrame title={undoing === undefined ? (title ?? '') : t('undo.title')} busy={busy} onClose={onClose}>
      {undoing === undefined ? children?.(told) : <UndoFlow key={undoing} auditId={undoing} {...told} />}
    </ChangeFrame>
  );
}

export interface ChangeDialogProps<P extends PreviewOperation, A extends ChangeOperation> extends Omit<
  ChangeFlowProps<P, A>,
  'onBusy' | 'onUndo'
> {
  /** The name of the change: "Ban users". */
  readonly title: string;
}

/** The dialog of a change: preview, running, proof. Render it to open it. */
export function ChangeDialog<P extends PreviewOperation, A extends ChangeOperation>({
  title,
  onClose,
  ...flow
}: ChangeDialogProps<P, A>): ReactElement {
  return (
    <UndoableFrame title={title} onClose={onClose}>
      {(undoing) => <ChangeFlow {...flow} {...undoing} />}
    </UndoableFrame>
  );
}

/** Undoes one audited change. */
export function UndoDialog(undone: { readonly auditId: string; readonly onClose: () => void }): ReactElement {
  return <UndoableFrame {...undone} />;
}
