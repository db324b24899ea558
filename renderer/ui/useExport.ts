import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call, newKey } from '../bridge';
import type { Input } from '../contract';
import { toast } from '../state/toast';

type Exporting = 'users.export' | 'audit.export';

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

/** Starts an export; it goes on in the job line. Whoever closes the question where to save has changed their mind: nothing is said. */
export function useExport<N extends Exporting>(operation: N): (input: Input<N>) => void {
  const { t } = useTranslation('common');
  const started = useExportStarted();
  const start = async (input: Input<N>) => {
    try {
      await call<Exporting>(operation, input, { idempotencyKey: newKey() });
      started();
    } catch (error) {
      const { code, message } = asBridgeError(error);
      if (code !== 'cancelled') toast(t('exportFailed', { message }), { tone: 'bad' });
    }
  };
  return (input) => void start(input);
}
