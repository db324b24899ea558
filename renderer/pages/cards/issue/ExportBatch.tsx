import type { ReactElement } from 'react';
import type { Issued } from '../../../contract';
import { ExportDialog } from '../actions/ExportDialog';

/** The export of a batch that was just filled. It replaces the dialog that filled it. */
export function ExportBatch({
  issued,
  onClose,
}: {
  readonly issued: Issued;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <ExportDialog
      scope={{ filter: { batch: issued.batchId } }}
      count={{ count: issued.total, exact: true }}
      onClose={onClose}
    />
  );
}
