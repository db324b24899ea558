import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { OverwrittenChange } from '../../../contract';
import { RelativeTime } from '../../../ui/RelativeTime';
import { visible } from '../../../ui/visible';

/** Overwritten changes: whose entry, what it says and should say, who changed it and when. */
export function OverwrittenList({ changes }: { readonly changes: readonly OverwrittenChange[] }): ReactElement {
  const { t } = useTranslation('config');
  return (
    <ul className="md-plan-steps">
      {changes.map((change) => (
        <li key={`${change.username} ${change.field}`} data-username={change.username}>
          <span className="md-strong">{visible(change.username)}</span>
          <code>{change.field}</code>
          <span className="md-grow md-ellipsis">
            {change.before === null && change.after === null
              ? null
              : t('overwritten.values', {
                  now: visible(change.before ?? t('overwritten.absent')),
                  ours: visible(change.after ?? t('overwritten.absent')),
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
}
