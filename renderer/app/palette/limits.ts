import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationHelp } from '../../contract';
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
  readonly allows: (command: Command) => boolean;
  /** Why a command cannot be done now, or only be previewed; null if nothing hinders it. */
  readonly reason: (command: Command) => string | null;
}

/** What hinders commands: the operator's role, missing tables, and the lock. All of it follows from the contract. */
export function useLimits(): Limits {
  const { t } = useTranslation('shell');
  const { operator, locked } = useSession();
  const { data: operations } = useQuery(operationsQuery);
  const { data: schema } = useQuery(schemaQuery);
  const owner = operator?.role === 'owner';
  return useMemo(() => {
    const byName = new Map(operations?.map((one) => [one.name, one]));
    const parts = ({ id, also = [] }: Command) =>
      [id, ...also].map((name) => byName.get(name)).filter((one) => one !== undefined);
    const isMissing = ({ needs }: OperationHelp): boolean =>
      needs !== null &&
      schema?.migrations.some((one) => one.file.startsWith(migrationOf[needs]) && isOutstanding(one)) === true;
    return {
      allows: (command) => owner || parts(command).every(({ role }) => role !== 'owner'),
      reason: (command) => {
        const all = parts(command);
        if (all.some(isMissing)) return t('needsTables');
        const writes = all.filter(({ kind, scope }) => kind === 'write' && scope === 'site');
        if (!locked || writes.length === 0) return null;
        return t(writes.some(({ name }) => byName.has(`${name}.preview`)) ? 'previewOnly' : 'unlockFirst');
      },
    };
  }, [operations, schema, owner, locked, t]);
}
