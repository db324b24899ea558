import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardEvent } from '../../../contract';
import { formatAbsolute, formatNumber, RelativeTime } from '../../../ui';
import { DrawerSection } from '../../../ui/DrawerParts';
import { visible } from '../../../ui/visible';
import { BatchLink, UserLink } from '../badges';
import { useSourceLabel, useStatusLabel, useTypeLabel } from '../useCardLabels';

/**
 * The history of a card, newest first. A change by this console has a link to its audit entry, where it can be undone.
 */
export function StorySection({ story }: { readonly story: readonly CardEvent[] }): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <DrawerSection title={t('drawer.story')}>
      {story.length === 0 ? <p className="md-part-none">{t('drawer.noStory')}</p> : null}
      <ol className="md-cards-story" aria-label={t('drawer.story')}>
        {story.toReversed().map((event, index) => (
          <li key={`${event.at} ${event.what} ${story.length - index}`} data-what={event.what}>
            <div className="md-cards-event">
              <span className="md-strong">{t(`story.${event.what}`)}</span>
              {event.by === null ? null : <span className="md-text-2">{t('drawer.by', { by: event.by })}</span>}
              <span className="md-grow" />
              {event.auditId === null ? null : (
                <Link to="/audit" search={{ entry: event.auditId }} className="md-part-more">
                  {t('drawer.undo')}
                </Link>
              )}
              <span className="md-dim">
                <RelativeTime at={event.at} />
              </span>
            </div>
            <EventDetail detail={event.detail} />
          </li>
        ))}
      </ol>
    </DrawerSection>
  );
}

type Value = string | number | boolean | null | undefined;

/** “Expires 2026-07-01 → 2026-08-01 · user moonfan · channel A”. */
function EventDetail({ detail }: { readonly detail: CardEvent['detail'] }): ReactElement | null {
  const { t } = useTranslation('cards');
  const typeWord = useTypeLabel();
  const statusWord = useStatusLabel();
  const sourceWord = useSourceLabel();
  const textOf = (name: string, value: Exclude<Value, null | undefined>): string => {
    if (typeof value === 'number') return formatNumber(value);
    if (typeof value === 'boolean') return String(value);
    if (name === 'expiresAt') return formatAbsolute(value);
    if (name === 'status') return statusWord(value);
    if (name === 'source') return sourceWord(value);
    return name === 'type' ? typeWord(value) : visible(value);
  };
  const facts = shown.flatMap((name): readonly ReactNode[] => {
    const [is, was] = [detail[name] ?? null, detail[`${name}Before`] ?? null];
    if (is === null && was === null) return [];
    const moved = was === null ? '' : `${textOf(name, was)} → `;
    return [
      <span key={name}>
        {t(`detail.${name}`)} {moved}
        {is === null ? (
          '—'
        ) : name === 'user' ? (
          <UserLink name={String(is)} />
        ) : name === 'batch' ? (
          <BatchLink id={String(is)} />
        ) : (
          textOf(name, is)
        )}
      </span>,
    ];
  });
  return facts.length === 0 ? null : <div className="md-cards-detail">{facts}</div>;
}

const shown = [
  'user',
  'batch',
  'status',
  'type',
  'expiresAt',
  'format',
  'count',
  'reason',
  'note',
  'channel',
  'source',
  'undoOf',
] as const;
