import type { Database, Sql } from '../../data/mysql/database.js';

/** The database with a call's signal in every query: if the call is cancelled, its queries are too. */
export function abortable(db: Database, signal: AbortSignal): Sql {
  return {
    home: db,
    rows: (sql, parameters) => db.rows(sql, parameters, signal),
    run: (sql, parameters) => db.run(sql, parameters, signal),
  };
}
