import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { visible } from '../../../ui/visible';
import { shownOf, ThingDrawer } from '../../../ui/ThingDrawer';
import type { UserAction } from '../actions/types';
import { InvitationsSection, MembershipSection, PlaysSection, PointsSection } from './AccountSections';
import { HistorySection } from './HistorySection';
import { BanSection, ProfileSection } from './ProfileSections';
import { UserMenu } from './UserMenu';
import { userQuery } from './userQuery';

export interface UserDrawerProps {
  readonly username: string;
  /** True if the operator is the owner. */
  readonly owner: boolean;
  readonly onAction: (action: UserAction) => void;
  readonly onClose: () => void;
}

/** Everything about one user, beside the list. */
export function UserDrawer({ username, owner, onAction, onClose }: UserDrawerProps): ReactElement {
  const { t } = useTranslation('users');
  const shown = shownOf(useQuery(userQuery(username)));
  const user = shown.thing;
  return (
    <ThingDrawer
      shown={shown}
      title={visible(username)}
      label={t('drawer.label', { name: username })}
      missing={{ title: t('drawer.notFound'), hint: t('drawer.notFoundHint') }}
      actions={user === undefined ? null : <UserMenu user={user} owner={owner} onAction={onAction} />}
      onClose={onClose}
    >
      {user === undefined ? null : (
        <>
          {user.banned ? (
            <BanSection ban={user.ban ?? { reason: null, note: null, by: null, at: null, until: null }} />
          ) : null}
          <MembershipSection
            longest={user.card}
            cards={user.membership}
            onRenew={() => onAction({ kind: 'renew', who: { names: [user.username] } })}
            onBind={() => onAction({ kind: 'bind', username: user.username })}
          />
          <ProfileSection user={user} />
          <PointsSection ledger={user.ledger} />
          <InvitationsSection user={user} />
          <PlaysSection plays={user.plays} />
          <HistorySection username={user.username} />
        </>
      )}
    </ThingDrawer>
  );
}
