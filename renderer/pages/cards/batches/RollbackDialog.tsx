import type { ReactElement } from 'react';
import { ChangeForm } from '../../../ui/change';

/** Deletes what is still unused of a batch; whatever somebody has stays. */
export function RollbackDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactElement {
  return <ChangeForm operation="cards.batches.rollback" input={{ id }} words={{ id }} destructive onClose={onClose} />;
}
