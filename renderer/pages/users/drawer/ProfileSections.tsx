import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ban, UserDetails } from '../../../contract';
import { formatAbsolute, NumberCell, RelativeTime } from '../../../ui';
import { Role, State, Tags } from '../badges';
import { DrawerFact, DrawerFacts, DrawerSection } from '../../../ui/DrawerParts';

/** Why, by whom and until when the user is banned. */
export function BanSection({ ban }: { readonly ban: Ban }): ReactElement {
  const { t } = useTranslation('users');
  const bare = ban.reason === null && ban.note === null && ban.by === null;
  return (
    <div className="md-users-ban">
      <div className="md-users-ban-head">
        <State banned />
        {ban.at === null ? null : <RelativeTime at={ban.at} />}
      </div>
      {bare ? <p className="md-part-none">{t('drawer.noBanDetails')}</p> : null}
      <DrawerFacts>
        {ban.reason === null ? null : (
          <DrawerFact name={t('drawer.reason')}>{t(`ban.reasons.${ban.reason}`)}</DrawerFact>
        )}
        {ban.note === null ? null : <DrawerFact name={t('drawer.note')}>{ban.note}</DrawerFact>}
        {ban.by === null ? null : <DrawerFact name={t('drawer.by')}>{ban.by}</DrawerFact>}
        <DrawerFact name={t('drawer.until')}>
          {ban.until === null ? t('drawer.forever') : formatAbsolute(ban.until)}
        </DrawerFact>
      </DrawerFacts>
    </div>
  );
}

/** The account and how the user signs in. */
export function ProfileSection({ user }: { readonly user: UserDetails }): ReactElement {
  const { t } = useTranslation('users');
  return (
    <DrawerSection title={t('drawer.profile')}>
      <DrawerFacts>
        <DrawerFact name={t('column.role')}>
          <Role role={user.role} />
        </DrawerFact>
        <DrawerFact name={t('column.state')}>
          <State banned={user.banned} />
        </DrawerFact>
        <DrawerFact name={t('drawer.created')}>
          <RelativeTime at={user.createdAt} fallback="—" />
        </DrawerFact>
        <DrawerFact name={t('drawer.lastLogin')}>
          <RelativeTime at={user.lastLoginAt} />
        </DrawerFact>
        <DrawerFact name={t('drawer.logins')}>
          <NumberCell value={user.loginCount} />
        </DrawerFact>
        <DrawerFact name={t('drawer.sessions')}>
          {user.sessions === null ? (
            <span className="md-dim">{t('drawer.sessionsUnknown')}</span>
          ) : (
            <NumberCell value={user.sessions} />
          )}
        </DrawerFact>
        <DrawerFact name={t('drawer.tags')}>
          {user.tags.length === 0 ? <span className="md-dim">—</span> : <Tags tags={user.tags} />}
        </DrawerFact>
        <DrawerFact name={t('drawer.apis')}>
          {user.enabledApis.length === 0 ? (
            <span className="md-dim">{t('drawer.apisAll')}</span>
          ) : (
            <Tags tags={user.enabledApis} />
          )}
        </DrawerFact>
        <DrawerFact name={t('drawer.tvbox')}>{t(`drawer.tvboxState.${user.tvbox}`)}</DrawerFact>
        <DrawerFact name={t('drawer.password')}>{t(`drawer.passwordKind.${user.passwordKind}`)}</DrawerFact>
        <DrawerFact name={t('drawer.adult')}>
          {user.showAdultContent ? t('drawer.adultOn') : t('drawer.adultOff')}
        </DrawerFact>
        {user.oidcSub === null ? null : <DrawerFact name={t('drawer.oidc')}>{user.oidcSub}</DrawerFact>}
      </DrawerFacts>
    </DrawerSection>
  );
}
