import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Environment } from '../contract';

/** The name of the environment in its colour: production red, staging amber, development green. */
export function EnvironmentBadge({ environment }: { readonly environment: Environment }): ReactElement {
  const { t } = useTranslation('common');
  return (
    <span
      className="md-badge"
      data-tone={environment === 'production' ? 'bad' : environment === 'staging' ? 'warn' : 'good'}
    >
      {t(environment)}
    </span>
  );
}
