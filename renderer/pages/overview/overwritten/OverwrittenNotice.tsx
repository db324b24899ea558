import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, type ReactElement, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, newKey } from '../../../bridge';
import { queryClient, useSession } from '../../../state/session';
import { toast } from '../../../state/toast';
import { useActions } from '../../../ui/actions';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { focusList, isFocusLost } from '../../../ui/focus';
import { OnlyNewest } from './OnlyNewest';
import { OverwrittenList } from './OverwrittenList';

const overwrittenKey = ['config', 'overwritten'];
/** How many are listed here; the dialog lists more of them. */
const listed = 5;

const lookAnew = () => queryClient.invalidateQueries({ queryKey: overwrittenKey, exact: true });

// Loaded later together with the change dialog, whose styles must come after Mantine's.
const RestoreDialog = lazy(async () => ({ default: (await import('./RestoreDialog')).RestoreDialog }));

/** Changes of ours that the site has overwritten with an old copy of its config; nothing while there are none. */
export function OverwrittenNotice(): ReactElement | null {
  const { t } = useTranslation('config');
  const { operator, locked, database } = useSession();
  const [restoring, setRestoring] = useState(false);
  const notice = useRef<HTMLDivElement>(null);
  const { data } = useQuery({
    queryKey: overwrittenKey,
    queryFn: ({ signal }) => call('config.overwritten', {}, { signal }),
    enabled: database === 'site_with_console',
    refetchInterval: 300_000,
  });
  const dismiss = useMutation({
    mutationFn: (seen: string) => call('config.dismiss', { seen }, { idempotencyKey: newKey() }),
    onSuccess: ({ changes }) => {
      void queryClient.invalidateQueries({ queryKey: ['audit'] });
      toast(t('overwritten.dismissed', { count: changes }), { tone: 'good' });
      // The notice goes, and the button in it.
      if (isFocusLost(notice.current)) focusList();
    },
    onSettled: () => void lookAnew(),
  });
  // The preview may have found that there is nothing any more.
  const closeDialog = () => {
    setRestoring(false);
    void lookAnew();
  };
  const nothing = data === undefined || data.total === 0;
  useActions(() => ({
    'config.restore': nothing ? undefined : { run: () => setRestoring(true) },
    'config.dismiss': nothing ? undefined : { run: () => dismiss.mutate(data.seen) },
  }));
  if (!restoring && nothing) return <OnlyNewest look={data} />;
  const owner = operator?.role === 'owner';
  return (
    <div ref={notice} className="md-notice" data-tone="warn" data-part="overwritten">
      <IconAlertTriangle size={16} aria-hidden />
      <div className="md-notice-body">
        <div className="md-strong">{t('overwritten.notice', { count: data?.total ?? 0 })}</div>
        <p>{t('overwritten.why')}</p>
        <OverwrittenList changes={data?.changes.slice(0, listed) ?? []} total={data?.total ?? 0} />
        <p className="md-dim">{t('overwritten.meanwhile')}</p>
        <OnlyNewest look={data} />
        <ErrorNotice error={dismiss.error} />
        {owner ? (
          <div className="md-actions">
            <Button size="xs" onClick={() => setRestoring(true)}>
              {t('overwritten.restore')}
            </Button>
            <Button
              size="xs"
              variant="default"
              disabled={locked}
              loading={dismiss.isPending}
              onClick={() => data && dismiss.mutate(data.seen)}
            >
              {t('overwritten.dismiss')}
            </Button>
          </div>
        ) : (
          <p className="md-dim">{t('overwritten.ownerOnly')}</p>
        )}
      </div>
      {restoring ? (
        <Suspense fallback={null}>
          <RestoreDialog onClose={closeDialog} />
        </Suspense>
      ) : null}
    </div>
  );
}
