import { type ReactElement, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeFlow, type ChangeFlowProps } from './ChangeFlow';
import { ChangeFrame } from './ChangeFrame';
import type { ChangeOperation, PreviewOperation } from './operations';
import { UndoFlow } from './UndoFlow';

type Undoing = Pick<ChangeFlowProps<PreviewOperation, ChangeOperation>, 'onBusy' | 'onUndo' | 'onClose'>;

interface UndoableProps extends Pick<Undoing, 'onClose'> {
  readonly title?: string;
  /** The change that is taken back from the start. */
  readonly auditId?: string;
  readonly children?: (undoing: Undoing) => ReactNode;
}

/** The window of a change that can be taken back in the same place. */
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
  /** What is being done: "Ban users". */
  readonly title: string;
}

/** Preview, doing, proof: every change of the console goes through this. Mount it to open it. */
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

/** Takes back one change of the audit. */
export function UndoDialog(undone: { readonly auditId: string; readonly onClose: () => void }): ReactElement {
  return <UndoableFrame {...undone} />;
}
