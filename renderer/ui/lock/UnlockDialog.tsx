import { Modal } from '@mantine/core';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHotkeys } from '../hotkeys';
import { useSession } from '../../state/session';
import { UnlockForm } from './UnlockForm';

/**
 * The unlock dialog. It opens above the dialog whose change was refused, so that its input is kept. `askToUnlock` opens
 * it.
 */
export function UnlockDialog(): ReactElement | null {
  const { t } = useTranslation('shell');
  const { connection, locked } = useSession();
  const [asked, setAsked] = useState(false);
  const close = () => setAsked(false);
  useEffect(() => {
    const ask = () => setAsked(true);
    window.addEventListener('moondesk:unlock', ask);
    return () => window.removeEventListener('moondesk:unlock', ask);
  }, []);
  const opened = asked && connection !== null && locked;
  useHotkeys([{ keys: 'escape', run: close, inFields: true }], { enabled: opened, over: 'dialog' });
  if (connection === null) return null;
  return (
    <Modal.Root
      opened={opened}
      onClose={close}
      size={360}
      yOffset={120}
      closeOnEscape={false}
      lockScroll={false}
      zIndex={300}
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay backgroundOpacity={0.4} />
      <Modal.Content aria-label={t('unlock')}>
        <Modal.Body>
          <UnlockForm name={connection.name} onDone={close} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
