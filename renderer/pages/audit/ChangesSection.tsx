import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditDetails } from '../../contract';
import { visible } from '../../ui/visible';
import { differences } from './diff';
import { OpenCard } from './OpenCard';
import { useStoredWords } from './useStoredWords';

/** The audit identifies a card by the hash of its key. */
const hash = /^[0-9a-f]{64}$/;

type Change = AuditDetails['changes'][number];

/** The values of each changed object before and after. */
export function ChangesSection({ entry }: { readonly entry: AuditDetails }): ReactElement {
  const { t } = useTranslation('audit');
  const { changes, targets } = entry;
  return (
    <section className="md-audit-section">
      <h3>{t('drawer.changes', { count: targets })}</h3>
      {changes.length === 0 ? <p className="md-audit-none">{t('drawer.noChanges')}</p> : null}
      {changes.map((change) => (
        <ChangedThing key={change.target} change={change} />
      ))}
      {targets > changes.length && changes.length > 0 ? (
        <p className="md-audit-none">{t('drawer.changesLimit', { count: changes.length, total: targets })}</p>
      ) : null}
    </section>
  );
}

function ChangedThing({ change }: { readonly change: Change }): ReactElement {
  const { t } = useTranslation('audit');
  const stored = useStoredWords();
  const fields = differences(change.before, change.after);
  const valueOf = (field: string, value: string | null | undefined) =>
    value === undefined || value === null ? <span className="md-dim">—</span> : stored.value(field, value);
  const word = change.before === null ? t('drawer.created') : change.after === null ? t('drawer.removed') : null;
  return (
    <div className="md-audit-thing">
      {hash.test(change.target) ? <OpenCard hash={change.target} /> : null}
      {change.ofUser && change.after !== null ? (
        <Link to="/users" search={{ user: change.target }} className="md-audit-open">
          {t('drawer.openUser')}
        </Link>
      ) : null}
      <details open>
        <summary>
          <span className="md-audit-target">{visible(change.target)}</span>
          {word === null ? null : <span className="md-dim">{word}</span>}
        </summary>
        {fields.length === 0 ? (
          <p className="md-audit-none">{t('drawer.noChanges')}</p>
        ) : (
          <table className="md-audit-diff">
            <thead>
              <tr>
                <th>{t('drawer.field')}</th>
                <th>{t('drawer.before')}</th>
                <th>{t('drawer.after')}</th>
              </tr>
            </thead>
            <tbody>
              {fields.map(({ field, before, after }) => (
                <tr key={field}>
                  <td>{stored.field(field)}</td>
                  <td className="md-audit-before">{valueOf(field, before)}</td>
                  <td className="md-audit-after">{valueOf(field, after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </details>
    </div>
  );
}
