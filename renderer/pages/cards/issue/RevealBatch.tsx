import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../bridge';
import type { Issued } from '../../../contract';
import { ErrorNotice } from '../../../ui';
import { ChangeFrame } from '../../../ui/change';
import { RevealDialog } from '../actions/RevealDialog';

/** Up to this many keys are handed out by copying them; more are exported. */
export const mostCopied = 500;

/** Shows the keys of a batch that was just issued, to copy them. It replaces the dialog that issued it. */
export function RevealBatch({
  issued,
  onClose,
}: {
  readonly issued: Issued;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation('cards');
  const { data, error } = useQuery({
    queryKey: ['cards', 'ofBatch', issued.batchId],
    queryFn: ({ signal }) =>
      call('cards.list', { filter: { batch: issued.batchId }, limit: mostCopied, descending: false }, { signal }),
  });
  if (data !== undefined) return <RevealDialog ids={data.rows.map(({ id }) => id)} onClose={onClose} />;
  return (
    <ChangeFrame title={t('reveal.title')} busy={false} onClose={onClose}>
      <ErrorNotice error={error} />
    </ChangeFrame>
  );
}
