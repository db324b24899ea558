import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { OperationHelp } from '../../contract';
import { currentLanguage } from '../../i18n';
import { operationsQuery } from '../../state/operations';
import { isOutstanding, schemaQuery } from '../../state/schema';
import { useSession } from '../../state/session';
import type { Command } from '../../ui/actions';

/** The migration that creates the tables of each need. */
const migrationOf: Readonly<Record<NonNullable<OperationHelp['needs']>, string>> = {
  console: '0002',
  cards: '0004',
  config: '0005',
};

export interface Limits {
  /** False for what the operator's role may not do: it is left out, as in menus. */
  allows(command: Command): boolean;
  /** Why a command cannot be done now, or only be previewed; null if nothing hinders it. */
  reason(command: Command): string | null;
}

/** What hinders commands: the operator's role, missing tables, and the lock. All of it follows from the contract. */
export function useLimits(): Limits {
  const { t } = useTranslation('shell');
  const { operator, locked } = useSession();
  const { data: operations = [] } = useQuery(operationsQuery(currentLanguage()));
  const { data: schema } = useQuery(schemaQuery);
  const parts = ({ id, also = [] }: Command) => {
    const ids: readonly string[] = [id, ...also];
    return operations.filter(({ name }) => ids.includes(name));
  };
  const isMissing = ({ needs }: OperationHelp): boolean =>
    needs !== null &&
    schema?.migrations.some((one) => one.file.startsWith(migrationOf[needs]) && isOutstanding(one)) === true;
  const hasPreview = ({ name }: OperationHelp): boolean => operations.some((one) => one.name === `${name}.preview`);
  return {
    allows: (command) => operator?.role === 'owner' || parts(command).every(({ role }) => role !== 'owner'),
    reason: (command) => {
      const all = parts(command);
      if (all.some(isMissing)) return t('needsTables');
      const writes = all.filter(({ kind, scope }) => kind === 'write' && scope === 'site');
      if (!locked || writes.length === 0) return null;
      return t(writes.some(hasPreview) ? 'previewOnly' : 'unlockFirst');
    },
  };
}
