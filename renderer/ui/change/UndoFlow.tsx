import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeFlow, type ChangeFlowProps } from './ChangeFlow';
import type { Plan } from './operations';

type UndoPlan = Plan<'audit.undo.preview', 'audit.undo'>;

function plan(id: string): UndoPlan {
  return {
    preview: 'audit.undo.preview',
    apply: 'audit.undo',
    previewInput: () => ({ id }),
    applyInput: (_, fingerprint) => ({ id, fingerprint }),
  };
}

export interface UndoFlowProps extends Pick<
  ChangeFlowProps<'audit.undo.preview', 'audit.undo'>,
  'onBusy' | 'onUndo' | 'onClose'
> {
  readonly auditId: string;
}

/** An undo is a change like any other: it has a preview, a run and a proof, and can be undone itself. */
export function UndoFlow({ auditId, ...rest }: UndoFlowProps): ReactElement {
  const { t } = useTranslation('change');
  return (
    <ChangeFlow
      plan={plan(auditId)}
      whole
      sentence={(count) => t('undo.sentence', { count })}
      button={(count) => t('undo.button', { count })}
      {...rest}
    />
  );
}
