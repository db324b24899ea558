import type { SiteSchema } from '../../contract/connections.js';
import { compareSchema } from '../../storage/migrations/compare.js';
import { recogniseDatabase } from '../../storage/migrations/recognise.js';
import { createRunner } from '../../storage/migrations/runner.js';
import { withConnection } from '../../storage/mysql/connect.js';
import type { SiteContext } from '../context.js';
import { migrationsFolder, repairsFolder } from './migrations-folder.js';

/** The open database against the design, and where each migration stands. Changes nothing. */
export async function schemaOf({ site, say, signal }: SiteContext): Promise<SiteSchema> {
  const [version, engine] = [await site.db.version(signal), await site.db.engine(signal)];
  return withConnection(
    site.config.mysql,
    async (connection) => {
      const database = await recogniseDatabase(connection);
      const differences = await compareSchema(connection, migrationsFolder());
      const files = await createRunner({ connection, folder: migrationsFolder() }).status();
      const repairs = await createRunner({ connection, folder: repairsFolder() }).status();
      return {
        database,
        engine,
        version,
        differences: differences.map(({ kind, table, column, expected, found, severity, consequence }) => ({
          kind,
          table,
          column: column ?? null,
          expected: expected ?? null,
          found: found ?? null,
          severity,
          consequence: say(consequence),
        })),
        migrations: [
          ...files.map(({ file, state }) => ({ file, state, optIn: false })),
          ...repairs.map(({ file, state }) => ({ file, state, optIn: true })),
        ],
      };
    },
    25_000,
  );
}
