import { Button, Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserDetails } from '../../../contract';
import { copyText, toast } from '../../../ui';
import { MoreMenu } from '../../../ui/MoreMenu';
import type { BulkKind, UserAction } from '../actions/types';

export interface UserMenuProps {
  readonly user: Pick<UserDetails, 'username' | 'banned'>;
  /** True if the operator is the owner. */
  readonly owner: boolean;
  readonly onAction: (action: UserAction) => void;
}

/** The actions for one user: ban or unban as a button, the others in a menu. */
export function UserMenu({ user, owner, onAction }: UserMenuProps): ReactElement {
  const { t } = useTranslation('users');
  const { username } = user;
  const start = (kind: BulkKind) => onAction({ kind, who: { names: [username] } });
  const copy = () => {
    if (copyText(username)) toast(t('action.copied'));
  };
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        title={user.banned ? 'u' : 'b'}
        onClick={() => start(user.banned ? 'unban' : 'ban')}
      >
        {user.banned ? t('action.unban') : t('action.ban')}
      </Button>
      <MoreMenu>
        <Menu.Item onClick={() => onAction({ kind: 'renew', who: { names: [username] } })}>
          {t('action.renew')}
        </Menu.Item>
        <Menu.Item onClick={() => onAction({ kind: 'bind', username })}>{t('action.bind')}</Menu.Item>
        <Menu.Item onClick={() => onAction({ kind: 'password', username })}>{t('action.password')}</Menu.Item>
        <Menu.Item onClick={() => start('tag')}>{t('action.tags')}</Menu.Item>
        <Menu.Item onClick={() => start('apis')}>{t('action.apis')}</Menu.Item>
        {owner ? <Menu.Item onClick={() => start('role')}>{t('action.role')}</Menu.Item> : null}
        <Menu.Item onClick={copy}>{t('action.copyLink')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item className="md-menu-danger" onClick={() => start('delete')}>
          {t('action.delete')}
        </Menu.Item>
      </MoreMenu>
    </>
  );
}
