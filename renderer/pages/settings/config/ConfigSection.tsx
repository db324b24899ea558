import { Button } from '@mantine/core';
import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, type ReactElement, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, newKey } from '../../../bridge';
import type { ConfigState } from '../../../contract';
import { configStateQuery } from '../../../state/config';
import { queryClient, useSession } from '../../../state/session';
import { toast } from '../../../state/toast';
import { type Action, useActions } from '../../../ui/actions';
import { LockedNotice } from '../../../ui/lock/LockedNotice';
import { DatabaseLink } from '../../../ui/DatabaseLink';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { DefinitionList } from '../../../ui/DefinitionList';
import { NumberCell } from '../../../ui/NumberCell';
import { RelativeTime } from '../../../ui/RelativeTime';

// Loaded later together with the change dialog, whose styles must come after Mantine's.
const MoveDialog = lazy(async () => ({ default: (await import('./MoveDialog')).MoveDialog }));

/** Where the entries of users are stored. The owner can move them to a table of their own, or back. */
export function ConfigSection(): ReactElement {
  const { t } = useTranslation('config');
  const { data, error, refetch, isPending } = useQuery(configStateQuery);
  const [moving, setMoving] = useState<'rows' | 'document' | null>(null);
  return (
    <section className="md-panel" id="config" tabIndex={-1} aria-labelledby="config-title">
      <h2 className="md-panel-title" id="config-title">
        {t('section')}
      </h2>
      {moving === null ? null : (
        <Suspense fallback={null}>
          <MoveDialog to={moving} onClose={() => setMoving(null)} />
        </Suspense>
      )}
      <div className="md-stack">
        {error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null}
        {isPending ? <div className="md-skeleton md-planned-skeleton" /> : null}
        {data ? <State state={data} onMove={setMoving} /> : null}
      </div>
    </section>
  );
}

interface StateProps {
  readonly state: ConfigState;
  readonly onMove: (to: 'rows' | 'document') => void;
}

function State({ state, onMove }: StateProps): ReactElement {
  const { t } = useTranslation('config');
  const { home, entries, bytes, movedAt, movedBy, foundAgain, foundAt } = state;
  return (
    <>
      <DefinitionList
        rows={[
          [t('home'), <span key="home">{t(`homes.${home}`)}</span>],
          [t('bytes'), <NumberCell key="bytes" value={bytes} />],
          ...(entries === null
            ? []
            : [
                [
                  t('entries'),
                  <NumberCell key="entries" value={entries.count} approximate={!entries.exact} />,
                ] as const,
              ]),
          ...(movedAt === null
            ? []
            : [
                [
                  t('moved'),
                  <span key="moved" className="md-inline">
                    <RelativeTime at={movedAt} />
                    {movedBy}
                  </span>,
                ] as const,
              ]),
        ]}
      />
      <p className="md-dim">{t(`about.${home}`)}</p>
      {foundAgain > 0 && foundAt !== null ? (
        <div className="md-notice" data-tone="warn">
          <IconAlertTriangle size={16} aria-hidden />
          <div className="md-notice-body">
            {t('foundAgain', { count: foundAgain })} <RelativeTime at={foundAt} />
          </div>
        </div>
      ) : null}
      {state.movable ? <Moves home={home} onMove={onMove} /> : <NotMovable />}
    </>
  );
}

function NotMovable(): ReactElement {
  const { t } = useTranslation('config');
  return (
    <div className="md-notice">
      <div className="md-notice-body">{t('notMovable')}</div>
      <DatabaseLink />
    </div>
  );
}

/** The move that is possible now, shown to those who may make it. */
function Moves({
  home,
  onMove,
}: {
  readonly home: ConfigState['home'];
  readonly onMove: StateProps['onMove'];
}): ReactElement {
  const { t } = useTranslation('config');
  const { operator, locked } = useSession();
  const callOff = useMutation({
    mutationFn: () => call('config.move.callOff', {}, { idempotencyKey: newKey() }),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: configStateQuery.queryKey }),
  });
  const owner = operator?.role === 'owner';
  const move = () => onMove(home === 'document' ? 'rows' : 'document');
  const whatToCallOff = (): Action | undefined => {
    if (home !== 'leaving') return { run: () => void toast(t('command.nothingToCallOff')) };
    return locked ? undefined : { run: () => callOff.mutate() };
  };
  useActions(() => ({
    'config.move': { run: move },
    'config.move.callOff': whatToCallOff(),
  }));
  if (!owner)
    return (
      <div className="md-notice">
        <IconLock size={16} aria-hidden />
        <div className="md-notice-body">{t('ownerOnly')}</div>
      </div>
    );
  return (
    <>
      {locked ? <LockedNotice>{t('locked')}</LockedNotice> : null}
      <ErrorNotice error={callOff.error} />
      <div className="md-actions">
        <Button size="xs" variant={home === 'rows' ? 'default' : 'filled'} onClick={move}>
          {t(`move.${home}`)}
        </Button>
        {home === 'leaving' ? (
          <Button
            size="xs"
            variant="default"
            disabled={locked}
            loading={callOff.isPending}
            onClick={() => callOff.mutate()}
          >
            {t('callOff')}
          </Button>
        ) : null}
        <span className="md-dim">{t('previewHint')}</span>
      </div>
    </>
  );
}
