import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { Fragment, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import type { AuditDetails, AuditJob } from '../../contract';
import { copyText, formatAbsolute, RelativeTime, toast } from '../../ui';
import { useActions } from '../../ui/actions';
import { ProofView } from '../../ui/change';
import { LeftOut } from '../../ui/LeftOut';
import { Outcome } from '../../ui/Outcome';
import { shownOf, ThingDrawer } from '../../ui/ThingDrawer';
import { visible } from '../../ui/visible';
import { ChangesSection } from './ChangesSection';
import { differences } from './diff';
import { useStoredWords } from './useStoredWords';

export interface AuditDrawerProps {
  readonly id: string;
  readonly onUndo: (id: string) => void;
  readonly onClose: () => void;
}

/** One audit entry: what was asked, what changed, where it took effect, and undo. */
export function AuditDrawer({ id, onUndo, onClose }: AuditDrawerProps): ReactElement {
  const { t, i18n } = useTranslation('audit');
  const shown = shownOf(
    useQuery({
      queryKey: ['audit', 'one', id, i18n.language],
      queryFn: ({ signal }) => call('audit.get', { id }, { signal }),
    }),
  );
  const entry = shown.thing;
  return (
    <ThingDrawer
      shown={shown}
      title={entry?.label ?? ''}
      label={t('drawer.label', { id })}
      missing={{ title: t('drawer.notFound'), hint: t('drawer.notFoundHint') }}
      onClose={onClose}
    >
      {entry === undefined ? null : <Entry entry={entry} onUndo={onUndo} />}
    </ThingDrawer>
  );
}

function Entry({
  entry,
  onUndo,
}: {
  readonly entry: AuditDetails;
  readonly onUndo: (id: string) => void;
}): ReactElement {
  const { t } = useTranslation('audit');
  useActions(() => ({
    'audit.undo': entry.undo === 'possible' ? { run: () => onUndo(entry.id), on: `#${entry.id}` } : undefined,
  }));
  return (
    <>
      <section className="md-audit-section">
        <dl className="md-audit-facts">
          <dt>{t('column.outcome')}</dt>
          <dd>
            <Outcome outcome={entry.outcome} />
          </dd>
          {entry.error === null ? null : (
            <>
              <dt>{t('drawer.error')}</dt>
              <dd>{visible(entry.error)}</dd>
            </>
          )}
          <dt>{t('column.at')}</dt>
          <dd>
            {formatAbsolute(entry.at)}{' '}
            <span className="md-dim">
              · <RelativeTime at={entry.at} />
            </span>
          </dd>
          <dt>{t('column.operator')}</dt>
          <dd>
            {visible(entry.operator)} <span className="md-dim">· {t(`origin.${entry.origin}`)}</span>
          </dd>
          {entry.job === null ? null : (
            <>
              <dt>{t('drawer.job')}</dt>
              <dd>
                {jobFacts(t, entry.job).join(' · ')}
                {entry.job.skipped > 0 ? <LeftOut jobId={entry.job.id} count={entry.job.skipped} /> : null}
              </dd>
            </>
          )}
          <dt>{t('drawer.name')}</dt>
          <dd>
            <code className="md-audit-mono">{entry.operation}</code> <span className="md-dim">· {entry.id}</span>
          </dd>
        </dl>
        {entry.undoneBy === null ? null : (
          <EntryLink id={entry.undoneBy} text={t('drawer.undoneBy', { id: entry.undoneBy })} />
        )}
        {entry.undoOf === null ? null : <EntryLink id={entry.undoOf} text={t('drawer.undoOf', { id: entry.undoOf })} />}
      </section>
      {entry.outcome !== 'refused' && (entry.outcome !== 'failed' || entry.targets > 0) ? (
        <section className="md-audit-section">
          <h3>{t('drawer.proof')}</h3>
          <ProofView
            audits={[entry.id]}
            first={entry.proof}
            onUndo={onUndo}
            part={entry.outcome !== 'done'}
            whyNotUndone={entry.whyNotUndone}
          />
        </section>
      ) : null}
      <ChangesSection entry={entry} />
      <AskedSection input={entry.input} />
    </>
  );
}

function jobFacts(t: TFunction<'audit'>, { done, skipped, left }: AuditJob): readonly string[] {
  return [
    t('drawer.jobDone', { count: done }),
    ...(skipped > 0 ? [t('drawer.jobSkipped', { count: skipped })] : []),
    ...(left > 0 ? [t('drawer.jobLeft', { count: left })] : []),
  ];
}

function EntryLink({ id, text }: { readonly id: string; readonly text: string }): ReactElement {
  return (
    <p className="md-audit-none">
      <Link to="/audit" search={(before: object) => ({ ...before, entry: id })}>
        {text}
      </Link>
    </p>
  );
}

/** What was asked, in words; the stored text is folded below it. */
function AskedSection({ input }: { readonly input: unknown }): ReactElement {
  const { t } = useTranslation('audit');
  const stored = useStoredWords();
  // The fingerprint only ties the call to its preview.
  const asked = differences(null, input).filter(({ field }) => field !== 'fingerprint' && field !== '·');
  const text = JSON.stringify(input, null, 2) ?? '';
  const copy = () => {
    if (copyText(text)) toast(t('drawer.copied'));
  };
  return (
    <section className="md-audit-section">
      <header className="md-audit-head">
        <h3>{t('drawer.input')}</h3>
        <Button size="compact-xs" variant="subtle" onClick={copy}>
          {t('drawer.copy')}
        </Button>
      </header>
      <p className="md-audit-none">{t('drawer.inputHint')}</p>
      {asked.length === 0 ? <p className="md-audit-none">{t('drawer.noInput')}</p> : null}
      <dl className="md-audit-facts">
        {asked.map(({ field, after }) => (
          <Fragment key={field}>
            <dt>{stored.field(field)}</dt>
            <dd>{stored.value(field, after ?? '—')}</dd>
          </Fragment>
        ))}
      </dl>
      <details className="md-audit-raw">
        <summary>{t('drawer.inputRaw')}</summary>
        <pre className="md-audit-input">{text}</pre>
      </details>
    </section>
  );
}
