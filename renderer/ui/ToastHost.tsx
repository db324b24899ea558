import { ActionIcon, Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconInfoCircle, IconX } from '@tabler/icons-react';
import { type ReactElement, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { dismissToast, toastStore } from '../state/toast';
import { visibleNode } from './visible';

const icons = { good: IconCheck, bad: IconAlertTriangle, plain: IconInfoCircle } as const;

/** Shows the toasts above the jobs line. The window has one. */
export function ToastHost(): ReactElement {
  const { t } = useTranslation('common');
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  return (
    <div className="md-toasts" aria-live="polite">
      {toasts.map(({ id, tone, text, action }) => {
        const Icon = icons[tone];
        return (
          <div key={id} className="md-toast" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
            <Icon size={16} aria-hidden />
            <div className="md-grow">{visibleNode(text)}</div>
            {action ? (
              <Button
                size="compact-sm"
                variant="subtle"
                onClick={() => {
                  action.run();
                  dismissToast(id);
                }}
              >
                {action.label}
              </Button>
            ) : null}
            <ActionIcon
              variant="subtle"
              color="gray"
              size={22}
              aria-label={t('close')}
              onClick={() => dismissToast(id)}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
        );
      })}
    </div>
  );
}
