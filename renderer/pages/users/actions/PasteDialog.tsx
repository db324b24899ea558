import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { PasteForm, type PasteFormProps } from '../../../ui/change';
import { mostNames, readNames, usersOf } from './pasted';
import type { UserAction } from './types';

export interface PasteDialogProps extends Pick<PasteFormProps<'ban'>, 'text' | 'onText' | 'onClose'> {
  readonly onNext: (action: UserAction) => void;
}

/** Takes a pasted list of names and passes it to a change. */
export function PasteDialog({ onNext, ...rest }: PasteDialogProps): ReactElement {
  const { t } = useTranslation('users');
  return (
    <PasteForm
      page="users"
      texts="pasteDialog"
      read={readNames}
      most={mostNames}
      kinds={[
        { kind: 'ban', label: t('action.ban') },
        { kind: 'unban', label: t('action.unban') },
        { kind: 'tag', label: t('action.tags') },
      ]}
      onNext={(kind, pasted) => onNext({ kind, who: usersOf(pasted), duplicates: pasted.duplicates })}
      {...rest}
    />
  );
}
