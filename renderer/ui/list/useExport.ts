import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call, newKey } from '../../bridge';
import type { Input } from '../../contract';
import { toast, toastError } from '../../state/toast';

/** Returns a function to call when an export has started as a job: it shows a toast and reads jobs and audit again. */
export function useExportStarted(): () => void {
  const { t } = useTranslation('common');
  const client = useQueryClient();
  return () => {
    toast(t('exporting'));
    // The audit contains the export, too.
    for (const queryKey of [['jobs'], ['audit']]) void client.invalidateQueries({ queryKey });
  };
}

/**
 * Starts the export of a list as a job. If the operator closes the save dialog, the export is cancelled without a
 * message.
 */
export function useExport(operation: string): (input: object) => void {
  const { t } = useTranslation('common');
  const started = useExportStarted();
  const start = async (input: object) => {
    try {
      // The router validates the input; an export of a list takes a filter or a selection, and the list's order.
      await call(operation as 'users.export', input as Input<'users.export'>, { idempotencyKey: newKey() });
      started();
    } catch (error) {
      const { code, message } = asBridgeError(error);
      if (code !== 'cancelled') toastError(error, t('exportFailed', { message }));
    }
  };
  return (input) => void start(input);
}
