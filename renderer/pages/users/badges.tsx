import { IconBan, IconCrown, IconShield } from '@tabler/icons-react';
import { type ReactElement, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteRole, UserRow } from '../../contract';
import { RelativeTime } from '../../ui';
import { visible } from '../../ui/visible';
import { isPast } from './time';

const icons = { owner: IconCrown, admin: IconShield } as const;

/** A role as a word; admins and owners have an icon. */
export function Role({ role }: { readonly role: SiteRole }): ReactElement {
  const { t } = useTranslation('users');
  const Icon = role === 'user' ? null : icons[role];
  return (
    <span className="md-users-role" data-role={role}>
      {Icon === null ? null : <Icon size={14} aria-hidden />}
      {t(`role.${role}`)}
    </span>
  );
}

/** A banned user is marked in red with an icon; the usual state is plain text. */
export function State({ banned }: { readonly banned: boolean }): ReactElement {
  const { t } = useTranslation('users');
  if (!banned) return <span className="md-users-active">{t('state.active')}</span>;
  return (
    <span className="md-users-banned">
      <IconBan size={13} aria-hidden />
      {t('state.banned')}
    </span>
  );
}

export function Tags({ tags }: { readonly tags: readonly string[] }): ReactElement | null {
  if (tags.length === 0) return null;
  return (
    <span className="md-users-tags">
      {tags.map((tag) => (
        <span key={tag} className="md-users-tag">
          {visible(tag)}
        </span>
      ))}
    </span>
  );
}

const types = ['year', 'quarter', 'month', 'week'] as const;

/** The name of a card type; an unknown type is shown as the site stores it. */
export function useCardType(): (type: string) => string {
  const { t } = useTranslation('users');
  return useCallback(
    (type: string) => {
      const known = types.find((one) => one === type);
      return known === undefined ? type : t(`cardType.${known}`);
    },
    [t],
  );
}

/** "Month · in 12 days"; amber after it has expired. */
export function Membership({ card }: { readonly card: UserRow['card'] }): ReactElement {
  const { t } = useTranslation('users');
  const word = useCardType();
  if (card === null) return <span className="md-dim">—</span>;
  const over = isPast(card.expiresAt);
  return (
    <span className="md-users-card" data-over={over || undefined}>
      {word(card.type)} · {over ? t('card.overBefore') : t('card.activeBefore')}
      <RelativeTime at={card.expiresAt} fallback="—" />
      {over ? t('card.overAfter') : t('card.activeAfter')}
    </span>
  );
}
