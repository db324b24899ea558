import type { Database, Sql } from '../../data/mysql/database.js';

/** The database with a call's signal in every query: when the call is given up, so is what it asked. */
export function abortable(db: Database, signal: AbortSignal): Sql {
  return {
    home: db,
    rows: (sql, parameters) => db.rows(sql, parameters, signal),
    run: (sql, parameters) => db.run(sql, parameters, signal),
  };
}
