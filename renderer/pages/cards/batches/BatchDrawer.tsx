import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../bridge';
import type { BatchDetails } from '../../../contract';
import { useActions } from '../../../ui/actions';
import { DrawerSection } from '../../../ui/DrawerParts';
import { shownOf, ThingDrawer } from '../../../ui/ThingDrawer';
import { ExportDialog } from '../actions/ExportDialog';
import { BatchFacts } from './BatchFacts';
import { Funnel } from './Funnel';
import { JobSection } from './JobSection';
import { RollbackDialog } from './RollbackDialog';
import { TakenTable } from './TakenTable';

export interface BatchDrawerProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** Everything about one batch, beside the list. */
export function BatchDrawer({ id, onClose }: BatchDrawerProps): ReactElement {
  const { t } = useTranslation('batches');
  const [doing, setDoing] = useState<'export' | 'rollback' | null>(null);
  const shown = shownOf(
    useQuery({
      queryKey: ['batches', 'one', id],
      queryFn: ({ signal }) => call('cards.batches.get', { id }, { signal }),
    }),
  );
  const batch = shown.thing;
  const kept = batch === undefined ? 0 : batch.issued - batch.funnel.gone;
  useActions(() => {
    const offer = (possible: boolean, what: 'export' | 'rollback') =>
      possible ? { run: () => setDoing(what), on: `#${id}` } : undefined;
    return {
      'cards.batches.keys': offer(kept > 0, 'export'),
      'cards.batches.rollback': offer(batch !== undefined && batch.funnel.unused > 0, 'rollback'),
    };
  });
  return (
    <ThingDrawer
      shown={shown}
      title={t('drawer.title', { id })}
      label={t('drawer.title', { id })}
      missing={{ title: t('drawer.notFound'), hint: t('drawer.notFoundHint') }}
      actions={
        batch === undefined ? null : (
          <>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconDownload size={15} aria-hidden />}
              disabled={kept === 0}
              onClick={() => setDoing('export')}
            >
              {t('export')}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              disabled={batch.funnel.unused === 0}
              title={batch.funnel.unused === 0 ? t('rollback.nothing') : undefined}
              onClick={() => setDoing('rollback')}
            >
              {t('rollback.open')}
            </Button>
          </>
        )
      }
      onClose={onClose}
    >
      {batch === undefined ? null : <Details batch={batch} />}
      {doing === 'rollback' ? <RollbackDialog id={id} onClose={() => setDoing(null)} /> : null}
      {doing === 'export' ? (
        <ExportDialog
          scope={{ filter: { batch: id } }}
          count={{ count: kept, exact: true }}
          onClose={() => setDoing(null)}
        />
      ) : null}
    </ThingDrawer>
  );
}

function Details({ batch }: { readonly batch: BatchDetails }): ReactElement {
  const { t } = useTranslation('batches');
  return (
    <>
      <JobSection batch={batch} />
      <DrawerSection
        title={t('funnel.title')}
        aside={
          <Link to="/cards" search={{ batch: batch.id }}>
            {t('drawer.allKeys')}
          </Link>
        }
      >
        <Funnel batch={batch} />
      </DrawerSection>
      <DrawerSection title={t('drawer.facts')}>
        <BatchFacts batch={batch} />
      </DrawerSection>
      <DrawerSection title={t('taken.title')}>
        <TakenTable taken={batch.taken} />
      </DrawerSection>
    </>
  );
}
