import type { ReactElement } from 'react';
import type { CardSort } from '../../../contract';
import { BindDialog } from './BindDialog';
import { ExportDialog } from './ExportDialog';
import { PasteDialog } from './PasteDialog';
import { ReissueDialog } from './ReissueDialog';
import { RenewDialog } from './RenewDialog';
import { RevealDialog } from './RevealDialog';
import { RevokeDialog } from './RevokeDialog';
import type { CardAction, CardsDialogProps, CardsKind } from './types';
import { UnbindDialog } from './UnbindDialog';

const dialogs: Readonly<Record<CardsKind, (props: CardsDialogProps) => ReactElement>> = {
  revoke: RevokeDialog,
  reissue: ReissueDialog,
  unbind: UnbindDialog,
};

export interface ActionDialogProps {
  readonly action: CardAction | null;
  /** The order of the list, for exports. */
  readonly order?: { readonly sort: CardSort; readonly descending: boolean };
  readonly onAction: (action: CardAction | null) => void;
}

/** The dialog of the action that the operator has started; nothing if there is none. */
export function ActionDialog({ action, order, onAction }: ActionDialogProps): ReactElement | null {
  const onClose = () => onAction(null);
  if (action === null) return null;
  switch (action.kind) {
    case 'bind': {
      const { kind: _, ...known } = action;
      return <BindDialog {...known} onClose={onClose} />;
    }
    case 'renew':
      return <RenewDialog who={action.who} onClose={onClose} />;
    case 'reveal':
      return <RevealDialog ids={action.ids} onClose={onClose} />;
    case 'export':
      return (
        <ExportDialog
          scope={action.scope}
          count={action.count}
          {...(order === undefined ? {} : { order })}
          onClose={onClose}
        />
      );
    case 'paste':
      return <PasteDialog onNext={onAction} onClose={onClose} />;
    case 'revoke':
    case 'reissue':
    case 'unbind': {
      const Dialog = dialogs[action.kind];
      return <Dialog who={action.who} onClose={onClose} />;
    }
    default:
      return null;
  }
}
