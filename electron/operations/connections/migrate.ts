import { createHash } from 'node:crypto';
import type { MigrationDone, MigrationPlan } from '../../contract/connections.js';
import { Refusal } from '../../contract/errors.js';
import { type AppliedFile, createRunner, type Runner } from '../../data/migrations/runner.js';
import { connect } from '../../data/mysql/connect.js';
import type { SiteContext } from '../context.js';
import { migrationsFolder, repairsFolder } from './migrations-folder.js';

interface Asked {
  /** Repairs are applied only by name. */
  readonly repairs: readonly string[];
}

function runners({ site }: SiteContext): { readonly migrations: Runner; readonly repairs: Runner } {
  const connection = (): ReturnType<typeof connect> => connect(site.config.mysql);
  return {
    migrations: createRunner({ connection, folder: migrationsFolder() }),
    repairs: createRunner({ connection, folder: repairsFolder() }),
  };
}

/** What a migration would send to the database, step by step. */
export async function planMigration({ repairs }: Asked, context: SiteContext): Promise<MigrationPlan> {
  const run = runners(context);
  const planned = [
    ...(await run.migrations.plan()),
    ...(repairs.length === 0 ? [] : await run.repairs.plan({ only: repairs })),
  ];
  const files = planned.map(({ file, steps }) => ({
    file,
    steps: steps.map(({ name, sql, skip }) => ({ name, sql, skipped: skip === true })),
  }));
  return { fingerprint: createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 32), files };
}

/**
 * Applies what was planned. The audit's own tables may be created by this, so the audit entry is written afterwards. If
 * a run stops half-way, the migrations' own ledger knows its steps. Throws stale_preview if the plan has changed since
 * the preview.
 */
export async function migrate(
  input: Asked & { readonly fingerprint: string },
  context: SiteContext,
): Promise<MigrationDone> {
  const { desk, signal } = context;
  // If the key was used for something else, nothing is migrated.
  const before = await context.answered<MigrationDone['applied']>();
  if (before !== null) return { applied: before.value };
  const plan = await planMigration(input, context);
  // A call that stopped before it could record its work finds nothing left to do, and records that.
  if (plan.files.length > 0 && plan.fingerprint !== input.fingerprint) {
    throw new Refusal(
      'stale_preview',
      { zh: '数据库结构在预览之后变了', en: 'The database has changed since the preview' },
      { hint: { zh: '再预览一次。', en: 'Preview it again.' } },
    );
  }
  const run = runners(context);
  const applied: AppliedFile[] = [];
  try {
    applied.push(...(await run.migrations.apply({ signal })));
    if (input.repairs.length > 0) applied.push(...(await run.repairs.apply({ only: input.repairs, signal })));
  } finally {
    desk.refresh();
  }
  const { value } = await context.change((change) => {
    // DDL cannot be undone.
    change.places['incomplete'] = applied.length;
    for (const file of applied) {
      change.record({ kind: 'schema', target: file.file, before: {}, after: { migrations: [{ ...file }] } });
    }
    return Promise.resolve(applied.map((file) => ({ ...file })));
  });
  return { applied: value };
}
