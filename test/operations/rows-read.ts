import type { Site } from '../../electron/data/site.js';
import type { Part } from '../../electron/data/mysql/sql.js';

/** What a query returned, and how many rows the server read for it. */
export interface RowsRead<Row> {
  readonly rows: readonly Row[];
  readonly read: number;
}

/** Runs a query and counts the rows that the server reads for it, on either engine. */
export function rowsRead<Row>({ db }: Site, { sql, parameters }: Part): Promise<RowsRead<Row>> {
  return db.transaction(async (tx) => {
    const sum = async (): Promise<number> => {
      const status = await tx.rows<{ Value: string }>("SHOW SESSION STATUS LIKE 'Handler_read%'");
      return status.reduce((total, { Value }) => total + Number(Value), 0);
    };
    const before = await sum();
    const rows = await tx.rows<Row>(sql, parameters);
    return { rows, read: (await sum()) - before };
  });
}

/** A derived table with one column `n`: all numbers of so many digits, from 0. */
export function numbers(digits: number): string {
  const ten = Array.from({ length: 10 }, (_, n) => `SELECT ${String(n)} AS n`).join(' UNION ALL ');
  const places = Array.from({ length: digits }, (_, at) => `d${String(at)}`);
  const sum = places.map((place, at) => `${place}.n * ${String(10 ** at)}`).join(' + ');
  return `(SELECT ${sum} AS n FROM ${places.map((place) => `(${ten}) ${place}`).join(', ')})`;
}
