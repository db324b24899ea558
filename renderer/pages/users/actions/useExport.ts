import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call, newKey } from '../../../bridge';
import type { UserFilter, UserSort } from '../../../contract';
import { toast } from '../../../ui';

/** Starts an export of everybody that the filter matches; it goes on in the job line. */
export function useExport(
  filter: UserFilter,
  order: { readonly sort: UserSort; readonly descending: boolean },
): () => void {
  const { t } = useTranslation('users');
  const client = useQueryClient();
  const start = async () => {
    try {
      await call('users.export', { filter, ...order }, { idempotencyKey: newKey() });
      toast(t('exporting'));
      await client.invalidateQueries({ queryKey: ['jobs'] });
    } catch (error) {
      toast(t('exportFailed', { message: asBridgeError(error).message }), { tone: 'bad' });
    }
  };
  return () => void start();
}
