import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import type { AuditRow } from '../../contract';
import { useSession } from '../../state/session';
import { toast, toastError } from '../../state/toast';
import { useActions } from '../../ui/actions';
import { UndoDialog } from '../../ui/change';
import { columnsOf, lead } from '../../ui/list/columns';
import type { Choice } from '../../ui/list/filters';
import { ListPage } from '../../ui/list/ListPage';
import { Outcome } from '../../ui/Outcome';
import { visibleNames } from '../../ui/visible';
import { type ListSpec, useList } from '../../ui/list/useList';
import { AuditDrawer } from './AuditDrawer';
import { auditList } from './list';
import './audit.css';

function useColumns() {
  const { t } = useTranslation('audit');
  return useMemo(() => {
    const { text, figure, moment } = columnsOf<AuditRow>((id) => t(`column.${id as 'at'}`), 'label outcome operator');
    const dim = (of: (row: AuditRow) => string) => (row: AuditRow) => <span className="md-dim">{of(row)}</span>;
    const outcome = (row: AuditRow) => t(`outcome.${row.outcome}`);
    const origin = (row: AuditRow) => t(`origin.${row.origin}`);
    const undo = (row: AuditRow) => t(`undo.${row.undo}`);
    const label = (row: AuditRow) => (
      <span>
        {row.label}
        {row.undoOf === null ? null : <span className="md-dim"> {`#${row.undoOf}`}</span>}
      </span>
    );
    return [
      moment('at', 172, (row) => row.at, { ...lead, exact: true }),
      text('operator', 100, (row) => row.operator),
      text('label', 152, (row) => row.label, label),
      figure('targets', 76, (row) => row.amount),
      text('sample', 234, (row) => visibleNames(row.names)),
      text('outcome', 96, outcome, (row) => <Outcome outcome={row.outcome} />),
      text('origin', 80, origin, dim(origin)),
      text('undo', 88, undo, dim(undo)),
    ];
  }, [t]);
}

/** The operations that are audited: those that change something. */
function useAuditedOperations(): readonly Choice[] {
  const { i18n } = useTranslation();
  const { data = [] } = useQuery({
    queryKey: ['desk', 'operations', i18n.language],
    queryFn: ({ signal }) => call('desk.operations', {}, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data.filter((one) => one.kind !== 'read').map((one) => ({ value: one.name, label: one.summary }));
}

const spec: ListSpec<'audit', ReturnType<typeof auditList.read>, never> = {
  name: 'audit',
  address: auditList,
  views: 'audit',
  rowId: (row) => row.id,
  choices: { operation: useAuditedOperations },
  localized: true,
};

/** Looks for the operator's newest change that can be undone. */
function useUndoLast(onFound: (id: string) => void): () => void {
  const { t } = useTranslation('audit');
  const { operator } = useSession();
  const find = async () => {
    if (operator === null) return;
    try {
      const { rows } = await call('audit.list', { filter: { operator: operator.username }, limit: 200 });
      const last = rows.find(({ undo }) => undo === 'possible');
      if (last === undefined) toast(t('command.nothingToUndo'));
      else onFound(last.id);
    } catch (error) {
      toastError(error);
    }
  };
  return () => void find();
}

/** The audit: what operators did, when and with what effect, with undo. */
export function AuditPage(): ReactElement {
  const [undoing, setUndoing] = useState<string | null>(null);
  const list = useList(spec, useColumns());
  const { openId, close } = list;
  const undoLast = useUndoLast(setUndoing);
  useActions(() => ({ 'audit.undoLast': { run: undoLast } }));
  return (
    <ListPage
      list={list}
      drawer={openId === undefined ? null : <AuditDrawer id={openId} onUndo={setUndoing} onClose={close} />}
    >
      {undoing === null ? null : <UndoDialog auditId={undoing} onClose={() => setUndoing(null)} />}
    </ListPage>
  );
}
