import { IconDatabaseExclamation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { isOutstanding, schemaQuery } from '../../state/schema';
import { DatabaseLink } from '../../ui/DatabaseLink';

/**
 * Shown if the database lacks the tables for batches: keys can be read but not changed. It leads to the settings that
 * create the tables.
 */
export function NeedsTables(): ReactElement | null {
  const { t } = useTranslation('cards');
  const { data } = useQuery(schemaQuery);
  const wanted = data?.migrations.some((one) => one.file.startsWith('0004') && isOutstanding(one)) ?? false;
  if (!wanted) return null;
  return (
    <div className="md-notice md-cards-needs" data-tone="warn" role="status">
      <IconDatabaseExclamation size={16} aria-hidden />
      <div className="md-notice-body">{t('needsTables')}</div>
      <DatabaseLink />
    </div>
  );
}
