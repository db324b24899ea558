import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionState } from '../contract';
import { EnvironmentBadge } from '../ui/EnvironmentBadge';

/** Shows the name, colour, environment and host of the open connection. A click opens the connections page. */
export function ConnectionButton({
  connection,
}: {
  readonly connection: NonNullable<SessionState['connection']>;
}): ReactElement {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const whole = `${connection.name} · ${connection.host} · ${connection.database}`;
  return (
    <button
      type="button"
      className="md-connection"
      title={`${whole}\n${t('switchConnection')}`}
      onClick={() => void navigate({ to: '/connect' })}
    >
      <span className="md-dot" style={{ background: connection.colour }} aria-hidden />
      <span className="md-connection-name">{connection.name}</span>
      <EnvironmentBadge environment={connection.environment} />
      <span className="md-connection-host">{connection.host}</span>
    </button>
  );
}
