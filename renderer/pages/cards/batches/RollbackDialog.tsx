import type { ReactElement } from 'react';
import { ChangeForm } from '../../../ui/change';

/** Deletes the unused keys of a batch. Keys that belong to somebody stay. */
export function RollbackDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactElement {
  return <ChangeForm operation="cards.batches.rollback" input={{ id }} words={{ id }} destructive onClose={onClose} />;
}
