import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '../../../ui/table';
import type { BulkKind } from './types';

export interface SelectionActionsProps {
  readonly selection: Selection;
  /** The operator is the owner. */
  readonly owner: boolean;
  readonly onStart: (kind: BulkKind) => void;
  readonly onExport: () => void;
}

/** What can be done with the chosen users. Export takes a filter, so it is offered where the choice is one. */
export function SelectionActions({ selection, owner, onStart, onExport }: SelectionActionsProps): ReactElement {
  const { t } = useTranslation('users');
  const wholeFilter = selection.mode === 'all' && selection.except.size === 0;
  const button = (kind: BulkKind, label: string, colour?: 'red') => (
    <Button
      size="compact-sm"
      variant="default"
      {...(colour === undefined ? {} : { color: colour, variant: 'subtle' })}
      onClick={() => onStart(kind)}
    >
      {label}
    </Button>
  );
  return (
    <>
      {button('ban', t('action.ban'))}
      {button('unban', t('action.unban'))}
      {button('tag', t('action.tags'))}
      {button('apis', t('action.apis'))}
      {owner ? button('role', t('action.role')) : null}
      {wholeFilter ? (
        <Button size="compact-sm" variant="default" onClick={onExport}>
          {t('action.export')}
        </Button>
      ) : null}
      {button('delete', t('action.delete'), 'red')}
    </>
  );
}
