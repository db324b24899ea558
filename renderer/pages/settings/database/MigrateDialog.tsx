import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../bridge';
import type { MigrationDone, MigrationPlan } from '../../../contract';
import { queryClient, useSession } from '../../../state/session';
import { PlannedDialog, usePlanned } from '../../../ui/change';
import { SqlBlock } from '../../../ui/change/SqlBlock';

const showPlan = (plan: MigrationPlan): ReactElement => <Plan plan={plan} />;
const showDone = (done: MigrationDone): ReactElement => <Applied done={done} />;

/** Migrates in the three steps of every change: all statements, the run, and the result. */
export function MigrateDialog({
  repairs,
  onClose,
}: {
  readonly repairs: readonly string[];
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation('schema');
  const planned = usePlanned<MigrationPlan, MigrationDone>({
    planKey: ['schema', 'plan', repairs],
    plan: (options) => call('connections.migrate.preview', { repairs: [...repairs] }, options),
    // If it is stopped, finished steps are kept, and the next run continues after them.
    apply: (fingerprint, options) => call('connections.migrate', { repairs: [...repairs], fingerprint }, options),
    // The list shows which steps were finished.
    onFailure: () => void queryClient.invalidateQueries({ queryKey: ['schema'], exact: true }),
  });
  return (
    <PlannedDialog
      planned={planned}
      texts={{
        title: t('dialog.title'),
        doing: t('dialog.doing'),
        confirm: t('dialog.button', { count: planned.plan?.files.length ?? 0 }),
      }}
      ready={(plan) => plan.files.length > 0}
      showPlan={showPlan}
      showDone={showDone}
      operation="connections.migrate"
      onClose={onClose}
    />
  );
}

/** A step without a name is named by the beginning of its statement. */
function nameOf({ name, sql }: { readonly name: string; readonly sql: string }): string {
  if (!/^step \d+$/.test(name)) return name;
  return (sql.trim().split('\n')[0] ?? name).replace(/\s*\($/, '');
}

function Plan({ plan }: { readonly plan: MigrationPlan }): ReactElement {
  const { t } = useTranslation('schema');
  const { connection } = useSession();
  const steps = plan.files.flatMap((file) => file.steps);
  const skipped = steps.filter((step) => step.skipped).length;
  if (plan.files.length === 0) return <p className="md-change-sentence">{t('dialog.nothing')}</p>;
  return (
    <div className="md-change-stack">
      <p className="md-change-sentence">
        {t('dialog.sentence', { count: steps.length - skipped, database: connection?.database ?? '' })}
        {skipped === 0 ? '' : ` ${t('dialog.skipped', { count: skipped })}`} {t('dialog.noUndo')}
      </p>
      {plan.files.map((file) => (
        <section key={file.file} className="md-plan">
          <h3 className="md-plan-title">
            <code>{file.file}</code>
          </h3>
          <ol className="md-plan-steps">
            {file.steps.map((step) => (
              <li key={step.name} data-skipped={step.skipped || undefined}>
                <code className="md-wrap md-grow">{nameOf(step)}</code>
                {step.skipped ? <span className="md-badge">{t('dialog.notNeeded')}</span> : null}
              </li>
            ))}
          </ol>
          <SqlBlock sql={file.steps.filter((step) => !step.skipped).map((step) => step.sql)} />
        </section>
      ))}
    </div>
  );
}

/** The applied migrations. */
function Applied({ done }: { readonly done: MigrationDone }): ReactElement {
  const { t } = useTranslation('schema');
  return (
    <>
      <div className="md-notice" data-tone="good">
        <IconCircleCheck size={16} aria-hidden />
        <div className="md-notice-body md-strong">
          {done.applied.length === 0 ? t('dialog.already') : t('dialog.applied', { count: done.applied.length })}
        </div>
      </div>
      <ul className="md-plan-steps">
        {done.applied.map((file) => (
          <li key={file.file}>
            <code className="md-wrap md-grow">{file.file}</code>
            <span className="md-num md-text-2">{t('dialog.ran', { count: file.done })}</span>
            {file.skipped === 0 ? null : (
              <span className="md-num md-dim">{t('dialog.left', { count: file.skipped })}</span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
