import type { AuditRow, Input } from '../../contract';
import { dayOf, digitsOf, endOfDay, oneOf, present, startOfDay, textOf } from '../../ui/address';

type AuditFilter = NonNullable<Input<'audit.list'>['filter']>;

/** What the address of the audit page holds: filter, and which entry is open. */
export interface AuditSearch {
  readonly target?: string;
  readonly operator?: string;
  readonly operation?: string;
  readonly outcome?: AuditRow['outcome'];
  /** Days as the operator sees them, 2026-11-23. */
  readonly from?: string;
  readonly to?: string;
  readonly entry?: string;
}

const outcomes = ['running', 'done', 'refused', 'failed'] as const;

/** Reads an address or a saved view; what it does not understand it leaves out. */
export function validateAuditSearch(search: Record<string, unknown>): AuditSearch {
  return present<AuditSearch>({
    target: textOf(search['target'], 255),
    operator: textOf(search['operator'], 50),
    operation: textOf(search['operation'], 60),
    outcome: oneOf(outcomes, search['outcome']),
    from: dayOf(search['from']),
    to: dayOf(search['to']),
    entry: digitsOf(search['entry']),
  });
}

/** The filter that an address asks for. */
export function filterOf(search: AuditSearch): AuditFilter {
  return present<AuditFilter>({
    target: search.target,
    operator: search.operator,
    operation: search.operation,
    outcome: search.outcome,
    from: startOfDay(search.from),
    to: endOfDay(search.to),
  });
}

/** The part of an address that a saved view keeps: everything but the open entry. */
export function viewOf(search: AuditSearch): AuditSearch {
  return present<AuditSearch>({ ...search, entry: undefined });
}
