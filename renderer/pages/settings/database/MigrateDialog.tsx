import { Button, Loader } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { FormEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../../state/session';
import type { MigrationDone, MigrationPlan } from '../../../contract';
import { ChangeFrame, Notices, Steps } from '../../../ui/change';
import { SqlBlock } from '../../../ui/change/SqlBlock';
import { useFocusHere } from '../../../ui/change/useFocusHere';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { useMigrate } from './useMigrate';

/** Migrating in the three steps of any change: every statement first, then the run, then what was applied. */
export function MigrateDialog({
  repairs,
  onClose,
}: {
  readonly repairs: readonly string[];
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation('schema');
  const migrating = useMigrate(repairs);
  const { plan, planError, planning, busy, failure, done } = migrating;
  const ready = plan !== null && !planning && plan.files.length > 0;
  const confirm = useFocusHere<HTMLButtonElement>(plan !== null && !busy);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !busy) migrating.apply();
  };
  if (done !== null) {
    return (
      <ChangeFrame title={t('dialog.title')} busy={false} onClose={onClose}>
        <Steps at="proof" />
        <Applied done={done} onClose={onClose} />
      </ChangeFrame>
    );
  }
  return (
    <ChangeFrame title={t('dialog.title')} busy={busy} onClose={onClose}>
      <Steps at={busy ? 'doing' : 'preview'} />
      <form className="md-change-form" onSubmit={submit} noValidate>
        <div className="md-change-scroll" inert={busy}>
          <div className="md-change-preview" aria-busy={planning}>
            <Notices failure={failure} />
            {planError === null ? null : <ErrorNotice error={planError} onRetry={migrating.replan} />}
            {plan === null && planError === null ? <div className="md-skeleton md-database-skeleton" /> : null}
            {plan === null || planError !== null ? null : <Plan plan={plan} />}
          </div>
        </div>
        <footer className="md-change-bar" aria-live="polite">
          {busy ? (
            <>
              <Loader size={16} aria-hidden />
              <span>{t('dialog.doing')}</span>
            </>
          ) : null}
          <div className="md-change-bar-actions">
            {busy ? (
              <Button variant="default" onClick={migrating.stop}>
                {t('dialog.stop')}
              </Button>
            ) : (
              <>
                <Button variant="default" onClick={onClose}>
                  {t('dialog.cancel')}
                </Button>
                <Button ref={confirm} type="submit" disabled={!ready}>
                  {t('dialog.button', { count: plan?.files.length ?? 0 })}
                </Button>
              </>
            )}
          </div>
        </footer>
      </form>
    </ChangeFrame>
  );
}

/** A step without a name of its own is known by how its statement begins. */
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
                <span className="md-ellipsis md-grow">{nameOf(step)}</span>
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

/** What was applied, and where it is written down. */
function Applied({ done, onClose }: { readonly done: MigrationDone; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation('schema');
  const close = useFocusHere<HTMLButtonElement>(true);
  return (
    <>
      <div className="md-change-scroll">
        <div className="md-change-stack">
          <div className="md-notice" data-tone="good">
            <IconCircleCheck size={16} aria-hidden />
            <div className="md-notice-body md-strong">
              {done.applied.length === 0 ? t('dialog.already') : t('dialog.applied', { count: done.applied.length })}
            </div>
          </div>
          <ul className="md-plan-steps">
            {done.applied.map((file) => (
              <li key={file.file}>
                <code className="md-ellipsis md-grow">{file.file}</code>
                <span className="md-num md-text-2">{t('dialog.ran', { count: file.done })}</span>
                {file.skipped === 0 ? null : (
                  <span className="md-num md-dim">{t('dialog.left', { count: file.skipped })}</span>
                )}
              </li>
            ))}
          </ul>
        </div>
      </div>
      <footer className="md-change-bar">
        <Link className="md-change-link" to="/audit" search={{ operation: 'connections.migrate' }}>
          {t('dialog.audit')}
        </Link>
        <div className="md-change-bar-actions">
          <Button ref={close} variant="default" onClick={onClose}>
            {t('dialog.close')}
          </Button>
        </div>
      </footer>
    </>
  );
}
