import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { OverwrittenChange } from '../../../contract';
import { RelativeTime } from '../../../ui/RelativeTime';
import { visible } from '../../../ui/visible';
import { useStoredWords } from '../../audit/useStoredWords';

interface OverwrittenListProps {
  readonly changes: readonly OverwrittenChange[];
  /** How many there are: those that are not listed are counted below. */
  readonly total: number;
}

/** Overwritten changes: whose entry, what it says and should say, who changed it and when. */
export function OverwrittenList({ changes, total }: OverwrittenListProps): ReactElement {
  const { t } = useTranslation('config');
  const stored = useStoredWords();
  const valueOf = (field: string, value: string | null): string =>
    value === null ? t('overwritten.absent') : stored.value(field, textIn(value));
  const more = total - changes.length;
  const list = (
    <ul className="md-plan-steps">
      {changes.map((change) => (
        <li key={`${change.username} ${change.field}`} data-username={change.username}>
          <span className="md-strong">{visible(change.username)}</span>
          <span>{stored.field(change.field)}</span>
          <span className="md-grow md-ellipsis">
            {change.before === null && change.after === null
              ? null
              : t('overwritten.values', {
                  now: valueOf(change.field, change.before),
                  ours: valueOf(change.field, change.after),
                })}
          </span>
          <span className="md-text-2">
            {change.auditId === null ? (
              visible(change.by)
            ) : (
              <Link to="/audit" search={{ entry: change.auditId }}>
                {visible(change.by)}
              </Link>
            )}
          </span>
          <span className="md-dim">
            <RelativeTime at={change.at} />
          </span>
        </li>
      ))}
    </ul>
  );
  return (
    <>
      {list}
      {more > 0 ? <p className="md-dim">{t('overwritten.more', { count: more })}</p> : null}
    </>
  );
}

/** A value as the audit's words take it: a text without its quotes, everything else as JSON. */
function textIn(json: string): string {
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value : json;
}
