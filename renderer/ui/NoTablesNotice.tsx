import { IconDatabaseExclamation } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { DatabaseLink } from './DatabaseLink';
import { useSession } from '../state/session';

/**
 * Shown if the site's database lacks the console's tables: says that nothing can be changed yet, and how to fix that.
 */
export function NoTablesNotice({ lead = true }: { readonly lead?: boolean }): ReactElement | null {
  const { t } = useTranslation('schema');
  const { database } = useSession();
  if (database !== 'site') return null;
  return (
    <div className="md-notice" data-tone="warn" role="status">
      <IconDatabaseExclamation size={16} aria-hidden />
      <div className="md-notice-body">
        <div className="md-strong">{t('noTables')}</div>
        <div>{t('noTablesText')}</div>
      </div>
      {lead ? <DatabaseLink /> : null}
    </div>
  );
}
