import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactElement, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../../../ui/actions';
import { NoTablesNotice } from '../../../ui/NoTablesNotice';
import { engineOf, isOutstanding, schemaQuery } from '../../../state/schema';
import { useSession } from '../../../state/session';
import type { SiteSchema } from '../../../contract';
import { LockedNotice } from '../../../ui/lock/LockedNotice';
import { Differences } from '../../../ui/Differences';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { MigrationList } from './MigrationList';
import './database.css';

// Loaded later together with the change dialog, whose styles must come after Mantine's.
const MigrateDialog = lazy(async () => ({ default: (await import('./MigrateDialog')).MigrateDialog }));

/**
 * Compares the open database with the designed schema. It offers pending migrations, and repairs that are chosen one by
 * one.
 */
export function DatabaseSection(): ReactElement {
  const { t } = useTranslation('schema');
  const { data, error, refetch, isPending } = useQuery(schemaQuery);
  // The state is kept here, because cached data of the site is dropped when its tables are created, and the dialog must
  // survive that.
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [applying, setApplying] = useState<readonly string[] | null>(null);
  useActions(() => ({ 'connections.schema': { run: () => void refetch() } }));
  return (
    <section className="md-panel md-database" id="database" tabIndex={-1} aria-labelledby="database-title">
      <h2 className="md-panel-title" id="database-title">
        {t('section')}
        {data ? <span className="md-dim">{engineOf(data)}</span> : null}
        <span className="md-grow" />
        <Button size="compact-xs" variant="subtle" onClick={() => void refetch()}>
          {t('again')}
        </Button>
      </h2>
      {applying === null ? null : (
        <Suspense fallback={null}>
          <MigrateDialog
            repairs={applying}
            // The choices stay. A repair that was applied is no longer outstanding, so it is ignored.
            onClose={() => setApplying(null)}
          />
        </Suspense>
      )}
      <div className="md-stack">
        <NoTablesNotice lead={false} />
        {error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null}
        {isPending ? <div className="md-skeleton md-planned-skeleton" /> : null}
        {data ? <Differences differences={data.differences} first={6} /> : null}
        {data ? <Mending schema={data} ticked={ticked} onTicked={setTicked} onApply={setApplying} /> : null}
      </div>
    </section>
  );
}

interface MendingProps {
  readonly schema: SiteSchema;
  readonly ticked: readonly string[];
  readonly onTicked: (files: readonly string[]) => void;
  /** Called with the chosen repairs. Pending migrations are applied with them. */
  readonly onApply: (repairs: readonly string[]) => void;
}

/** The outstanding migrations and repairs, and whether this operator may apply them. */
function Mending({ schema, ticked, onTicked, onApply }: MendingProps): ReactElement {
  const { t } = useTranslation('schema');
  const { operator, locked } = useSession();
  const outstanding = schema.migrations.filter(isOutstanding);
  const needed = outstanding.filter((one) => !one.optIn);
  const chosen = outstanding.filter((one) => one.optIn && ticked.includes(one.file)).map(({ file }) => file);
  const count = needed.length + chosen.length;
  const owner = operator?.role === 'owner';
  useActions(() => ({ 'connections.migrate': count === 0 ? undefined : { run: () => onApply(chosen) } }));
  const tick = (file: string, on: boolean) => onTicked(on ? [...ticked, file] : ticked.filter((one) => one !== file));

  return (
    <>
      <MigrationList
        title={t('migrations')}
        migrations={schema.migrations.filter((one) => !one.optIn)}
        ticked={ticked}
        onTick={null}
      />
      <MigrationList
        title={t('repairs')}
        hint={t('repairsHint')}
        migrations={schema.migrations.filter((one) => one.optIn)}
        ticked={ticked}
        onTick={owner ? tick : null}
      />
      {owner || outstanding.length === 0 ? null : (
        <div className="md-notice">
          <IconLock size={16} aria-hidden />
          <div className="md-notice-body">{t('ownerOnly')}</div>
        </div>
      )}
      {owner && locked && outstanding.length > 0 ? <LockedNotice>{t('locked')}</LockedNotice> : null}
      {owner && outstanding.length > 0 ? (
        <div className="md-actions">
          <Button size="xs" disabled={count === 0} onClick={() => onApply(chosen)}>
            {count === 0 ? t('previewNone') : t('preview', { count })}
          </Button>
          <span className="md-dim">{count === 0 ? t('nothingPending') : t('previewHint')}</span>
        </div>
      ) : null}
    </>
  );
}
