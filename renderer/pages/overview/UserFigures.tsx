import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call } from '../../bridge';
import type { UserFilter } from '../../contract';
import { NumberCell } from '../../ui/NumberCell';
import type { UsersSearch } from '../users/list';

interface Figure {
  readonly key: 'total' | 'newWeek' | 'members' | 'expired' | 'neverIn' | 'banned';
  readonly filter: UserFilter;
  /** The same filter in the address of the users page. */
  readonly search: UsersSearch;
}

/** Midnight six days ago, in local time: together with today, seven days. */
function weekAgo(): Date {
  const day = new Date();
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - 6);
  return day;
}

function figures(): readonly Figure[] {
  const since = weekAgo();
  const day = new Intl.DateTimeFormat('sv-SE').format(since);
  return [
    { key: 'total', filter: {}, search: {} },
    { key: 'newWeek', filter: { createdFrom: since.toISOString() }, search: { createdFrom: day } },
    { key: 'members', filter: { card: 'active' }, search: { card: 'active' } },
    { key: 'expired', filter: { card: 'expired' }, search: { card: 'expired' } },
    { key: 'neverIn', filter: { neverSignedIn: true }, search: { never: true } },
    { key: 'banned', filter: { state: 'banned' }, search: { state: 'banned' } },
  ];
}

/** Six counts of users; each links to the users that it counts. */
export function UserFigures(): ReactElement {
  const { t } = useTranslation('overview');
  const all = useMemo(() => figures(), []);
  return (
    <section className="md-figures" aria-label={t('users')}>
      {all.map((figure) => (
        <FigureLink key={figure.key} figure={figure} />
      ))}
    </section>
  );
}

function FigureLink({ figure }: { readonly figure: Figure }): ReactElement {
  const { t } = useTranslation('overview');
  const { data, error } = useQuery({
    queryKey: ['users', 'count', figure.filter],
    queryFn: ({ signal }) => call('users.count', { filter: figure.filter }, { signal }),
    staleTime: 30_000,
  });
  return (
    <Link to="/users" search={figure.search} className="md-figure">
      <span className="md-figure-name">{t(figure.key)}</span>
      <span className="md-figure-value">
        {data ? (
          <NumberCell value={data.count} approximate={!data.exact} />
        ) : error ? (
          <span title={asBridgeError(error).message}>—</span>
        ) : (
          <span className="md-skeleton md-figure-skeleton" />
        )}
      </span>
    </Link>
  );
}
