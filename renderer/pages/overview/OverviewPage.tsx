import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { NoTablesNotice } from '../../ui/NoTablesNotice';
import { useSession } from '../../state/session';
import { PageFrame } from '../../ui/PageFrame';
import { OverwrittenNotice } from './overwritten/OverwrittenNotice';
import { RecentAudit } from './RecentAudit';
import { SchemaCard } from './SchemaCard';
import { ServersCard } from './ServersCard';
import { UserFigures } from './UserFigures';
import './overview.css';

/** The first page: numbers of users, state of the servers, state of the database schema, and the latest changes. */
export function OverviewPage(): ReactElement {
  const { t } = useTranslation('overview');
  const { connection } = useSession();
  return (
    <PageFrame title={t('title')} actions={<span className="md-dim">{connection?.database}</span>}>
      <div className="md-overview">
        <NoTablesNotice />
        <OverwrittenNotice />
        <UserFigures />
        <div className="md-columns">
          <RecentAudit />
          <div className="md-overview-side">
            <ServersCard />
            <SchemaCard />
          </div>
        </div>
      </div>
    </PageFrame>
  );
}
