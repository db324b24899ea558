import { Menu } from '@mantine/core';
import { IconLogout, IconPlugConnected, IconSettings, IconUserCircle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call, newKey } from '../bridge';
import type { Operator } from '../contract';
import { toastError } from '../state/toast';
import { setSession } from '../state/session';
import { visible } from '../ui/visible';

/** Signs out. The connection stays open. */
export function useSignOut(): () => void {
  const signOut = useMutation({
    mutationFn: () => call('session.signOut', {}, { idempotencyKey: newKey() }),
    onSuccess: setSession,
    onError: (error) => toastError(error),
  });
  return () => signOut.mutate();
}

/** Shows who is signed in, and offers signing out. */
export function OperatorMenu({ operator }: { readonly operator: Operator | null }): ReactElement | null {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const signOut = useSignOut();
  if (operator === null) return null;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <button type="button" className="md-operator" aria-label={t('operator', { name: operator.username })}>
          <IconUserCircle size={17} stroke={1.7} aria-hidden />
          <span className="md-operator-name">{visible(operator.username)}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {visible(operator.username)} · {t(`role_${operator.role}`)}
        </Menu.Label>
        <Menu.Item leftSection={<IconPlugConnected size={15} />} onClick={() => void navigate({ to: '/connect' })}>
          {t('switchConnection')}
        </Menu.Item>
        <Menu.Item leftSection={<IconSettings size={15} />} onClick={() => void navigate({ to: '/settings' })}>
          {t('title', { ns: 'settings' })}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={signOut}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
