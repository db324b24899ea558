import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError } from '../../../bridge';
import { DetailDrawer, ErrorNotice, StateBlock } from '../../../ui';
import type { UserAction } from '../actions/types';
import { InvitationsSection, MembershipSection, PlaysSection, PointsSection } from './AccountSections';
import { HistorySection } from './HistorySection';
import { BanSection, ProfileSection } from './ProfileSections';
import { UserMenu } from './UserMenu';
import { userQuery } from './userQuery';

export interface UserDrawerProps {
  readonly username: string;
  /** The operator is the owner. */
  readonly owner: boolean;
  readonly onAction: (action: UserAction) => void;
  readonly onClose: () => void;
}

/** Everything about one user, beside the list. */
export function UserDrawer({ username, owner, onAction, onClose }: UserDrawerProps): ReactElement {
  const { t } = useTranslation('users');
  const { data: user, error, refetch } = useQuery(userQuery(username));
  const gone = error !== null && asBridgeError(error).code === 'not_found';
  return (
    <DetailDrawer
      title={username}
      label={t('drawer.label', { name: username })}
      actions={user === undefined || gone ? null : <UserMenu user={user} owner={owner} onAction={onAction} />}
      onClose={onClose}
    >
      {gone ? (
        <StateBlock kind="empty" title={t('drawer.notFound')}>
          {t('drawer.notFoundHint')}
        </StateBlock>
      ) : null}
      {error !== null && !gone ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null}
      {user === undefined && error === null ? <Waiting /> : null}
      {user === undefined || gone ? null : (
        <>
          {user.banned ? (
            <BanSection ban={user.ban ?? { reason: null, note: null, by: null, at: null, until: null }} />
          ) : null}
          <ProfileSection user={user} />
          <MembershipSection
            cards={user.membership}
            onRenew={() => onAction({ kind: 'renew', who: { names: [user.username] } })}
            onBind={() => onAction({ kind: 'bind', username: user.username })}
          />
          <PointsSection ledger={user.ledger} />
          <InvitationsSection user={user} />
          <PlaysSection plays={user.plays} />
          <HistorySection username={user.username} />
        </>
      )}
    </DetailDrawer>
  );
}

function Waiting(): ReactElement {
  return (
    <div className="md-change-stack" aria-busy>
      {[64, 120, 96, 140].map((height) => (
        <Skeleton key={height} height={height} />
      ))}
    </div>
  );
}
