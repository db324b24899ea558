import type { Parameter } from './database.js';

/** A piece of SQL with its parameters, in order. */
export interface Part {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

export function part(sql: string, ...parameters: readonly Parameter[]): Part {
  return { sql, parameters };
}

/** Joins pieces, with `between` between them. */
export function join(parts: readonly Part[], between: string): Part {
  return { sql: parts.map(({ sql }) => sql).join(between), parameters: parts.flatMap(({ parameters }) => parameters) };
}

/** Text for LIKE … ESCAPE '|'. */
export function escapeLike(text: string): string {
  return text.replace(/[%_|]/g, '|$&');
}

/** ` … WHERE a AND b`, or no WHERE if there are no conditions. */
export function whereAll(from: Part, conditions: readonly Part[]): Part {
  return conditions.length === 0 ? from : join([from, join(conditions, ' AND ')], ' WHERE ');
}
