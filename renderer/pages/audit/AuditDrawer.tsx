import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import type { AuditDetails } from '../../contract';
import { copyText, formatAbsolute, toast } from '../../ui';
import { useActions } from '../../ui/actions';
import { ProofView } from '../../ui/change';
import { shownOf, ThingDrawer } from '../../ui/ThingDrawer';
import { ChangesSection } from './ChangesSection';
import { Outcome } from './Outcome';

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
              <dd>{entry.error}</dd>
            </>
          )}
          <dt>{t('column.at')}</dt>
          <dd>{formatAbsolute(entry.at)}</dd>
          <dt>{t('column.operator')}</dt>
          <dd>
            {entry.operator} <span className="md-dim">· {t(`origin.${entry.origin}`)}</span>
          </dd>
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
      {entry.outcome === 'done' || entry.outcome === 'running' ? (
        <section className="md-audit-section">
          <h3>{t('drawer.proof')}</h3>
          <ProofView audits={[entry.id]} first={entry.proof} onUndo={onUndo} />
        </section>
      ) : null}
      <ChangesSection entry={entry} />
      <AskedSection input={entry.input} />
    </>
  );
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

function AskedSection({ input }: { readonly input: unknown }): ReactElement {
  const { t } = useTranslation('audit');
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
      <pre className="md-audit-input">{text}</pre>
    </section>
  );
}
