import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call, newKey } from '../../bridge';
import type { Input } from '../../contract';
import { toast } from '../../state/toast';

/** What is said and asked again once an export goes on in the job line. */
export function useExportStarted(): () => void {
  const { t } = useTranslation('common');
  const client = useQueryClient();
  return () => {
    toast(t('exporting'));
    // The export is written down, too.
    for (const queryKey of [['jobs'], ['audit']]) void client.invalidateQueries({ queryKey });
  };
}

/**
 * Starts the export of a list; it goes on in the job line. Whoever closes the question where to save has changed their
 * mind: nothing is said.
 */
export function useExport(operation: string): (input: object) => void {
  const { t } = useTranslation('common');
  const started = useExportStarted();
  const start = async (input: object) => {
    try {
      // The router checks the input; every export of a list takes a filter or a selection, and the list's order.
      await call(operation as 'users.export', input as Input<'users.export'>, { idempotencyKey: newKey() });
      started();
    } catch (error) {
      const { code, message } = asBridgeError(error);
      if (code !== 'cancelled') toast(t('exportFailed', { message }), { tone: 'bad' });
    }
  };
  return (input) => void start(input);
}
