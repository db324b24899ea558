import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { BulkKind } from './types';

export interface SelectionActionsProps {
  /** True if the operator is the owner. */
  readonly owner: boolean;
  readonly onStart: (kind: BulkKind) => void;
  readonly onRenew: () => void;
  readonly onExport: () => void;
}

/** The actions for the chosen users. */
export function SelectionActions({ owner, onStart, onRenew, onExport }: SelectionActionsProps): ReactElement {
  const { t } = useTranslation('users');
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
      <Button size="compact-sm" variant="default" onClick={onRenew}>
        {t('action.renew')}
      </Button>
      <Button size="compact-sm" variant="default" title="e" onClick={onExport}>
        {t('action.export')}
      </Button>
      {button('delete', t('action.delete'), 'red')}
    </>
  );
}
