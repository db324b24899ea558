import type { SchemaDifference, SchemaMigration, SiteSchema } from '../../contract/connections.js';
import type { LocalizedText } from '../../contract/text.js';
import { compareSchema } from '../../data/migrations/compare.js';
import { recogniseDatabase } from '../../data/migrations/recognise.js';
import { createRunner } from '../../data/migrations/runner.js';
import type { MigrationStatus } from '../../data/migrations/status.js';
import { galeraWarning } from '../../data/mysql/galera.js';
import { withConnection } from '../../data/mysql/connect.js';
import type { SiteContext } from '../context.js';
import { migrationNote } from './migration-notes.js';
import { migrationsFolder, repairsFolder } from './migrations-folder.js';

/** The differences between the open database and the design, and the state of each migration. Changes nothing. */
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
        differences: [
          ...ofServer(await galeraWarning(connection), say),
          ...differences.map(({ kind, table, column, expected, found, severity, consequence }) => ({
            kind,
            table,
            column: column ?? null,
            expected: expected ?? null,
            found: found ?? null,
            severity,
            consequence: say(consequence),
          })),
        ],
        migrations: [
          ...files.map((status) => standing(status, false, say)),
          ...repairs.map((status) => standing(status, true, say)),
        ],
      };
    },
    25_000,
  );
}

/** A server setting that can lose data, shown with the differences. */
function ofServer(warning: LocalizedText | null, say: SiteContext['say']): SchemaDifference[] {
  if (warning === null) return [];
  const about = { kind: 'server_setting', table: 'log_bin', column: null, expected: 'ON', found: 'OFF' };
  return [{ ...about, severity: 'limits', consequence: say(warning) }];
}

function standing(
  { file, state, steps, stepsDone, stoppedAt }: MigrationStatus,
  optIn: boolean,
  say: SiteContext['say'],
): SchemaMigration {
  const about = migrationNote(file);
  return {
    file,
    state,
    optIn,
    steps,
    stepsDone,
    error: stoppedAt?.error ?? null,
    about: about === null ? null : { what: say(about.what), why: say(about.why) },
  };
}
