import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../i18n';
import { formatAbsolute, formatRelative } from './time';

/** How long ago or until, with the moment and its zone on hover. `null` shows `fallback` (“never” unless told). */
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

/** Repaints once a minute, so that “3 minutes ago” does not lie. */
function useMinute(): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
}
