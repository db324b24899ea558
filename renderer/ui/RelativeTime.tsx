import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../i18n';
import { formatAbsolute, formatLocal, formatRelative } from './time';

/**
 * A moment relative to now, past or future, with date, time and zone on hover. `null` shows `fallback`, by default
 * “never”.
 */
export function RelativeTime({
  at,
  fallback,
}: {
  readonly at: string | null;
  readonly fallback?: string;
}): ReactElement {
  const { t } = useTranslation('common');
  useMinute();
  if (at === null) return <span className="md-dim">{fallback ?? t('never')}</span>;
  return (
    <time dateTime={at} title={formatAbsolute(at)}>
      {formatRelative(at, currentLanguage())}
    </time>
  );
}

/** Date and time on this machine's clock, for lists of what happened; with the zone on hover. */
export function AbsoluteTime({ at }: { readonly at: string | null }): ReactElement {
  if (at === null) return <span className="md-dim">—</span>;
  return (
    <time dateTime={at} className="md-num" title={formatAbsolute(at)}>
      {formatLocal(at)}
    </time>
  );
}

/** Renders again once a minute, so that “3 minutes ago” stays true. */
function useMinute(): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
}
