import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ban, UserDetails } from '../../../contract';
import { formatAbsolute, Num, RelativeTime } from '../../../ui';
import { Role, State, Tags } from '../badges';
import { Fact, Facts, Section } from '../../../ui/DrawerParts';

/** Why, by whom and how long somebody is banned. */
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
      <Facts>
        {ban.reason === null ? null : <Fact name={t('drawer.reason')}>{t(`ban.reasons.${ban.reason}`)}</Fact>}
        {ban.note === null ? null : <Fact name={t('drawer.note')}>{ban.note}</Fact>}
        {ban.by === null ? null : <Fact name={t('drawer.by')}>{ban.by}</Fact>}
        <Fact name={t('drawer.until')}>{ban.until === null ? t('drawer.forever') : formatAbsolute(ban.until)}</Fact>
      </Facts>
    </div>
  );
}

/** Who this is, and how they get in. */
export function ProfileSection({ user }: { readonly user: UserDetails }): ReactElement {
  const { t } = useTranslation('users');
  return (
    <Section title={t('drawer.profile')}>
      <Facts>
        <Fact name={t('column.role')}>
          <Role role={user.role} />
        </Fact>
        <Fact name={t('column.state')}>
          <State banned={user.banned} />
        </Fact>
        <Fact name={t('drawer.created')}>
          <RelativeTime at={user.createdAt} />
        </Fact>
        <Fact name={t('drawer.lastLogin')}>
          <RelativeTime at={user.lastLoginAt} />
        </Fact>
        <Fact name={t('drawer.logins')}>
          <Num value={user.loginCount} />
        </Fact>
        <Fact name={t('drawer.sessions')}>
          {user.sessions === null ? (
            <span className="md-dim">{t('drawer.sessionsUnknown')}</span>
          ) : (
            <Num value={user.sessions} />
          )}
        </Fact>
        <Fact name={t('drawer.tags')}>
          {user.tags.length === 0 ? <span className="md-dim">—</span> : <Tags tags={user.tags} />}
        </Fact>
        <Fact name={t('drawer.apis')}>
          {user.enabledApis.length === 0 ? (
            <span className="md-dim">{t('drawer.apisAll')}</span>
          ) : (
            <Tags tags={user.enabledApis} />
          )}
        </Fact>
        <Fact name={t('drawer.tvbox')}>{t(`drawer.tvboxState.${user.tvbox}`)}</Fact>
        <Fact name={t('drawer.password')}>{t(`drawer.passwordKind.${user.passwordKind}`)}</Fact>
        <Fact name={t('drawer.adult')}>{user.showAdultContent ? t('drawer.adultOn') : t('drawer.adultOff')}</Fact>
        {user.oidcSub === null ? null : <Fact name={t('drawer.oidc')}>{user.oidcSub}</Fact>}
      </Facts>
    </Section>
  );
}
