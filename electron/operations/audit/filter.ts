import type { Parsed } from '../../contract/index.js';
import { type Parameter, sqlTime } from '../../data/mysql/database.js';

/** ` WHERE …` over console_audit `a`, or nothing, with its parameters. */
export interface Where {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** What a filter asks of console_audit `a`; `before` leaves only entries older than that one. */
export function whereOf(filter: Parsed<'audit.list'>['filter'], before?: Parameter): Where {
  const conditions: string[] = [];
  const parameters: Parameter[] = [];
  const add = (condition: string, ...values: readonly Parameter[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (filter.operator !== undefined) add('a.operator = ?', filter.operator);
  if (filter.operation !== undefined) add('a.operation = ?', filter.operation);
  if (filter.outcome !== undefined) add('a.outcome = ?', filter.outcome);
  if (filter.from !== undefined) add('a.at >= ?', sqlTime(filter.from));
  if (filter.to !== undefined) add('a.at <= ?', sqlTime(filter.to));
  if (filter.target !== undefined)
    add('a.id IN (SELECT t.audit_id FROM console_audit_targets t WHERE t.target = ?)', filter.target);
  if (before !== undefined) add('a.id < ?', before);
  return { sql: conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`, parameters };
}
