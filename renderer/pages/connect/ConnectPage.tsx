import { Button } from '@mantine/core';
import { IconArrowLeft, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { connectionsQuery } from '../../state/connections';
import { useActions } from '../../ui/actions';
import { ConnectionsNotice } from '../../ui/ConnectionsNotice';
import { queryClient, useSession } from '../../state/session';
import type { Connection } from '../../contract';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { StateBlock } from '../../ui/StateBlock';
import { ConnectionForm } from './ConnectionForm';
import { ConnectionPanel } from './ConnectionPanel';
import { EntryTools } from '../../ui/EntryTools';
import { usePageTitle } from '../../ui/usePageTitle';
import './connect.css';

type Shown =
  | { readonly kind: 'one'; readonly id: string | null }
  | { readonly kind: 'form'; readonly connection: Connection | null };

/** The connections: a list at the left, and one connection or its form at the right. */
export function ConnectPage(): ReactElement {
  const { t } = useTranslation('connect');
  usePageTitle(t('title'));
  const navigate = useNavigate();
  const session = useSession();
  const { data, error, refetch, isPending } = useQuery(connectionsQuery);
  const [shown, setShown] = useState<Shown>({ kind: 'one', id: null });
  const list = data?.connections ?? [];
  const chosen =
    shown.kind === 'one' ? (list.find((one) => one.id === (shown.id ?? session.connection?.id)) ?? list[0]) : undefined;
  const fresh = () => setShown({ kind: 'form', connection: null });
  useActions(() => ({ 'connections.save': { run: fresh } }));
  const saved = (id: string) => {
    void queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey });
    setShown({ kind: 'one', id });
  };

  return (
    <div className="md-connect">
      <header className="md-connect-head">
        {session.connection ? (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconArrowLeft size={14} />}
            onClick={() => void navigate({ to: '/overview' })}
          >
            {t('backToConsole')}
          </Button>
        ) : null}
        <h1 className="md-page-title">{t('title')}</h1>
        <span className="md-dim">{t('intro')}</span>
        <span className="md-grow" />
        <EntryTools />
      </header>
      <div className="md-connect-body">
        <nav className="md-connect-list" aria-label={t('list')}>
          {list.map((one) => (
            <button
              type="button"
              key={one.id}
              className="md-connect-item"
              aria-current={chosen?.id === one.id || undefined}
              onClick={() => setShown({ kind: 'one', id: one.id })}
            >
              <span className="md-dot" style={{ background: one.colour }} aria-hidden />
              <span className="md-connect-name">
                <span className="md-ellipsis">{one.name}</span>
                <span className="md-dim md-ellipsis">
                  {one.mysql.host} · {one.mysql.database}
                </span>
              </span>
              {session.connection?.id === one.id ? (
                <span className="md-badge" data-tone="accent">
                  {t('opened')}
                </span>
              ) : null}
            </button>
          ))}
          <Button variant="default" leftSection={<IconPlus size={15} />} onClick={fresh}>
            {t('add')}
          </Button>
        </nav>
        <section className="md-connect-panel">
          <ConnectionsNotice />
          {error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null}
          {shown.kind === 'form' ? (
            <ConnectionForm
              key={shown.connection?.id ?? 'new'}
              connection={shown.connection}
              secretStore={data?.secretStore ?? 'session'}
              onSaved={saved}
              onCancel={() => setShown({ kind: 'one', id: shown.connection?.id ?? null })}
            />
          ) : chosen ? (
            <ConnectionPanel
              key={chosen.id}
              connection={chosen}
              onEdit={() => setShown({ kind: 'form', connection: chosen })}
              onRemoved={() => setShown({ kind: 'one', id: null })}
            />
          ) : isPending || error ? null : (
            <StateBlock kind="empty" title={t('empty')} action={<Button onClick={fresh}>{t('add')}</Button>}>
              {t('emptyHint')}
            </StateBlock>
          )}
        </section>
      </div>
    </div>
  );
}
