import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeFlow, type ChangeFlowProps } from './ChangeFlow';
import { ChangeFrame } from './ChangeFrame';
import type { ChangeOperation, PreviewOperation } from './operations';
import { UndoFlow } from './UndoFlow';

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
  const { t } = useTranslation('change');
  const [undoing, setUndoing] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  return (
    <ChangeFrame title={undoing === null ? title : t('undo.title')} busy={busy} onClose={onClose}>
      {undoing === null ? (
        <ChangeFlow {...flow} onBusy={setBusy} onUndo={setUndoing} onClose={onClose} />
      ) : (
        <UndoFlow key={undoing} auditId={undoing} onBusy={setBusy} onUndo={setUndoing} onClose={onClose} />
      )}
    </ChangeFrame>
  );
}

/** Takes back one change of the audit. */
export function UndoDialog({
  auditId,
  onClose,
}: {
  readonly auditId: string;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation('change');
  const [undoing, setUndoing] = useState(auditId);
  const [busy, setBusy] = useState(false);
  return (
    <ChangeFrame title={t('undo.title')} busy={busy} onClose={onClose}>
      <UndoFlow key={undoing} auditId={undoing} onBusy={setBusy} onUndo={setUndoing} onClose={onClose} />
    </ChangeFrame>
  );
}
