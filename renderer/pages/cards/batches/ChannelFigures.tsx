import { ActionIcon } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchFilter, CardState, ChannelFigures as Figures } from '../../../contract';
import { ErrorNotice, formatNumber, NumberCell, RelativeTime } from '../../../ui';
import { visible } from '../../../ui/visible';
import { states } from '../list/list';
import { figuresQuery } from './figuresQuery';
import { batchesOfFigure, cardsOfFigure } from './links';
import type { BatchesSearch } from './list';
import '../stock/stock.css';

/** Keys that were rolled back, or deleted by the site. */
const goneOf = (row: Figures): number => row.issued - states.reduce((sum, state) => sum + row[state], 0);

/** What became of the keys of each channel's batches, within the filter of the page. Each figure opens its list. */
export function ChannelFigures({
  search,
  filter,
}: {
  readonly search: BatchesSearch;
  readonly filter: BatchFilter;
}): ReactElement {
  const { t } = useTranslation('batches');
  const { t: cards } = useTranslation('cards');
  const { data, error, refetch, isFetching } = useQuery(figuresQuery(filter));
  const rows = data?.channels ?? [];
  const isAnyGone = rows.some((row) => goneOf(row) > 0);
  const nameOf = ({ channel }: Figures) => (channel === null ? t('filter.noChannel') : visible(channel));
  const labelOf = (row: Figures, word: string, count: number) => `${nameOf(row)} · ${word} ${formatNumber(count)}`;

  const toCards = (row: Figures, word: string, count: number, state: CardState | null) => (
    <Link to="/cards" search={cardsOfFigure(row, search, state)} aria-label={labelOf(row, word, count)}>
      <NumberCell value={count} />
    </Link>
  );
  const toBatches = (row: Figures, word: string, count: number, exported: boolean) => (
    <Link to="/cards/batches" search={batchesOfFigure(row, search, exported)} aria-label={labelOf(row, word, count)}>
      <NumberCell value={count} />
    </Link>
  );
  return (
    <section className="md-batches-figures" aria-label={t('figures.title')}>
      <h2 className="md-panel-title">
        {t('figures.title')}
        <span className="md-grow" />
        {data === undefined ? null : (
          <span className="md-dim">
            {cards('stock.at')} <RelativeTime at={data.at} />
          </span>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          size={26}
          aria-label={cards('stock.refresh')}
          title={cards('stock.refresh')}
          loading={isFetching && data !== undefined}
          onClick={() => void refetch()}
        >
          <IconRefresh size={16} />
        </ActionIcon>
      </h2>
      {error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null ? <div className="md-skeleton md-batches-waiting" aria-busy /> : null}
      {data !== undefined && rows.length === 0 ? <p className="md-part-none">{t('noMatch')}</p> : null}
      {rows.length === 0 ? null : (
        <div className="md-batches-scroll">
          <table className="md-stock-table" aria-label={t('figures.title')}>
            <thead>
              <tr>
                <th scope="col">{t('column.channel')}</th>
                <th scope="col">{t('title')}</th>
                <th scope="col">{t('column.issued')}</th>
                <th scope="col" title={t('exportedHint')}>
                  {t('column.exported')}
                </th>
                {states.map((state) => (
                  <th key={state} scope="col">
                    <span className="md-stock-mark" data-state={state} aria-hidden />
                    {cards(`state.${state}`)}
                  </th>
                ))}
                {isAnyGone ? <th scope="col">{t('funnel.gone')}</th> : null}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.channel ?? ''} data-channel={row.channel ?? ''}>
                  <th scope="row" title={nameOf(row)}>
                    {row.channel === null ? <span className="md-dim">{nameOf(row)}</span> : nameOf(row)}
                  </th>
                  <Cell count={row.batches}>{toBatches(row, t('title'), row.batches, false)}</Cell>
                  {/* Deleted keys are in no list. */}
                  <Cell count={row.issued}>
                    {goneOf(row) > 0 ? null : toCards(row, t('column.issued'), row.issued, null)}
                  </Cell>
                  <Cell count={row.exported}>{toBatches(row, t('column.exported'), row.exported, true)}</Cell>
                  {states.map((state) => (
                    <Cell key={state} count={row[state]}>
                      {toCards(row, cards(`state.${state}`), row[state], state)}
                    </Cell>
                  ))}
                  {isAnyGone ? <Cell count={goneOf(row)}>{null}</Cell> : null}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** A figure, which links to its list if it is not zero and has one. */
function Cell({ count, children }: { readonly count: number; readonly children: ReactNode }): ReactElement {
  if (count > 0) return <td>{children ?? <NumberCell value={count} />}</td>;
  return (
    <td>
      <span className="md-dim">
        <NumberCell value={0} />
      </span>
    </td>
  );
}
