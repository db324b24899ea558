import { IconDatabaseOff, IconFilterOff, IconInbox, IconLock } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const icons = { empty: IconInbox, filtered: IconFilterOff, forbidden: IconLock, down: IconDatabaseOff } as const;

export interface StateBlockProps {
  /**
   * empty: nothing exists yet. filtered: nothing matches. forbidden: the operator lacks the right. down: the server
   * does not answer.
   */
  readonly kind: keyof typeof icons;
  readonly title: string;
  /** What will appear here and how, or what to do now. */
  readonly children?: ReactNode;
  /** The next step: a button or a link. */
  readonly action?: ReactNode;
  /** The error code, if an error is the reason. */
  readonly code?: string;
}

/** Shown by a page in place of its rows, always with a next step. */
export function StateBlock({ kind, title, children, action, code }: StateBlockProps): ReactElement {
  const { t } = useTranslation('common');
  const Icon = icons[kind];
  return (
    <div className="md-state" data-kind={kind} role={kind === 'down' ? 'alert' : 'status'}>
      <Icon size={28} stroke={1.5} aria-hidden />
      <div className="md-state-title">{title}</div>
      {children === undefined ? null : <div className="md-state-text">{children}</div>}
      {action === undefined ? null : <div className="md-state-action">{action}</div>}
      {code === undefined ? null : <div className="md-code">{t('code', { code })}</div>}
    </div>
  );
}
