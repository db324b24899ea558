import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserDetails } from '../../../contract';
import { copyText, toast } from '../../../ui';
import type { BulkKind, UserAction } from '../actions/types';

export interface UserMenuProps {
  readonly user: Pick<UserDetails, 'username' | 'banned'>;
  /** The operator is the owner. */
  readonly owner: boolean;
  readonly onAction: (action: UserAction) => void;
}

/** What can be done with one user: ban or unban at hand, the rest in a menu. */
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
      <Menu position="bottom-end" returnFocus>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('action.more')} title={t('action.more')}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
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
          <Menu.Item color="red" onClick={() => start('delete')}>
            {t('action.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
