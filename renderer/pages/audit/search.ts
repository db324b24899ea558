import type { AuditRow, Input } from '../../contract';

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

const outcomes = ['done', 'refused', 'failed'] as const;

function text(value: unknown, most: number): string | undefined {
  const written = typeof value === 'number' ? String(value) : value;
  return typeof written === 'string' && written.trim() !== '' && written.length <= most ? written : undefined;
}

function day(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}

/** Leaves out what is not there, so that the address stays short. */
function present<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** Reads an address or a saved view; what it does not understand it leaves out. */
export function validateAuditSearch(search: Record<string, unknown>): AuditSearch {
  const entry = text(search['entry'], 20);
  return present<AuditSearch>({
    target: text(search['target'], 255),
    operator: text(search['operator'], 50),
    operation: text(search['operation'], 60),
    outcome: outcomes.find((one) => one === search['outcome']),
    from: day(search['from']),
    to: day(search['to']),
    entry: entry !== undefined && /^\d+$/.test(entry) ? entry : undefined,
  });
}

/** The filter that an address asks for. */
export function filterOf(search: AuditSearch): AuditFilter {
  return present<AuditFilter>({
    target: search.target,
    operator: search.operator,
    operation: search.operation,
    outcome: search.outcome,
    from: search.from === undefined ? undefined : new Date(`${search.from}T00:00:00`).toISOString(),
    to: search.to === undefined ? undefined : new Date(`${search.to}T23:59:59.999`).toISOString(),
  });
}

/** The part of an address that a saved view keeps: everything but the open entry. */
export function viewOf({ entry: _, ...rest }: AuditSearch): AuditSearch {
  return rest;
}
