import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/session';
import { EntryTools } from './EntryTools';
import { EnvironmentBadge } from './EnvironmentBadge';
import { Logo } from './Logo';
import { usePageTitle } from './usePageTitle';

interface EntryCardProps {
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
  /** Whether to show the link to the connections. Turn it off if the card's button leads there already. */
  readonly link?: boolean;
}

/** The card of an entry page: shows the connection, one thing to do, and a link to the other connections. */
export function EntryCard({ title, text, children, link = true }: EntryCardProps): ReactElement {
  const { t } = useTranslation('door');
  const { connection } = useSession();
  usePageTitle(title);
  return (
    <div className="md-center">
      <div className="md-door-corner">
        <EntryTools />
      </div>
      <div className="md-card">
        <div className="md-card-brand">
          <Logo size={28} />
          <span>Moondesk</span>
        </div>
        {connection ? (
          <div className="md-card-connection" title={`${connection.host} · ${connection.database}`}>
            <span className="md-dot" style={{ background: connection.colour }} aria-hidden />
            <span className="md-wrap md-strong">{connection.name}</span>
            <EnvironmentBadge environment={connection.environment} />
            <span className="md-grow" />
            <span className="md-connection-host">{connection.host}</span>
          </div>
        ) : null}
        <h1 className="md-card-title">{title}</h1>
        <p className="md-card-text">{text}</p>
        {children}
        {link ? (
          <Anchor component={Link} to="/connect" size="sm" className="md-card-link">
            {t('otherConnection')}
          </Anchor>
        ) : null}
      </div>
    </div>
  );
}
