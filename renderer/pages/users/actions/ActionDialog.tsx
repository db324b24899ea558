import { type ReactElement, useState } from 'react';
import { BindDialog } from '../../cards/actions/BindDialog';
import { RenewDialog } from '../../cards/actions/RenewDialog';
import { ApisDialog } from './ApisDialog';
import { BanDialog } from './BanDialog';
import { DeleteDialog } from './DeleteDialog';
import { PasswordDialog } from './PasswordDialog';
import { PasteDialog } from './PasteDialog';
import { RoleDialog } from './RoleDialog';
import { TagsDialog } from './TagsDialog';
import { type BulkDialogProps, type BulkKind, type UserAction } from './types';
import { UnbanDialog } from './UnbanDialog';

const dialogs: Readonly<Record<BulkKind, (props: BulkDialogProps) => ReactElement>> = {
  ban: BanDialog,
  unban: UnbanDialog,
  tag: TagsDialog,
  apis: ApisDialog,
  role: RoleDialog,
  delete: DeleteDialog,
};

export interface ActionDialogProps {
  readonly action: UserAction | null;
  readonly onAction: (action: UserAction | null) => void;
}

/** The dialog of the action that the operator has started; nothing if there is none. */
export function ActionDialog({ action, onAction }: ActionDialogProps): ReactElement | null {
  const [pasted, setPasted] = useState('');
  const close = () => onAction(null);
  if (action === null) return null;
  if (action.kind === 'paste')
    return <PasteDialog text={pasted} onText={setPasted} onNext={onAction} onClose={close} />;
  if (action.kind === 'password') return <PasswordDialog username={action.username} onClose={close} />;
  if (action.kind === 'renew') return <RenewDialog who={action.who} onClose={close} />;
  if (action.kind === 'bind') return <BindDialog username={action.username} onClose={close} />;
  const Dialog = dialogs[action.kind];
  return (
    <Dialog
      who={action.who}
      {...(action.duplicates === undefined ? {} : { duplicates: action.duplicates })}
      onClose={close}
    />
  );
}
