import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../bridge';
import { ErrorNotice } from '../../../ui';
import { AbsoluteTime } from '../../../ui/RelativeTime';
import { MiniTable, DrawerSection } from '../../../ui/DrawerParts';

/** What operators did to this user, newest first. */
export function HistorySection({ username }: { readonly username: string }): ReactElement {
  const { t } = useTranslation('users');
  const { data, error, refetch } = useQuery({
    queryKey: ['audit', 'of', username],
    queryFn: ({ signal }) => call('audit.list', { filter: { target: username }, limit: 8 }, { signal }),
  });
  const more = (
    <Link className="md-part-more" to="/audit" search={{ target: username }}>
      {t('drawer.allHistory')}
    </Link>
  );
  return (
    <DrawerSection title={t('drawer.history')} aside={data !== undefined && data.rows.length > 0 ? more : null}>
      {error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined ? null : (
        <MiniTable
          label={t('drawer.history')}
          rows={data.rows}
          rowKey={(row) => row.id}
          empty={t('drawer.noHistory')}
          columns={[
            {
              header: t('drawer.what'),
              wide: true,
              render: (row) => (
                <Link to="/audit" search={{ target: username, entry: row.id }}>
                  {row.label}
                </Link>
              ),
              text: (row) => row.label,
            },
            { header: t('drawer.by'), render: (row) => row.operator },
            {
              header: '',
              render: (row) => (row.undoneBy === null ? '' : <span className="md-dim">{t('drawer.undone')}</span>),
            },
            { header: t('drawer.at'), render: (row) => <AbsoluteTime at={row.at} /> },
          ]}
        />
      )}
    </DrawerSection>
  );
}
