import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardState, CardStats, CardType } from '../../../contract';
import { NumberCell } from '../../../ui';
import { states, types } from '../list/list';

/** Cards by type and effective state: numbers that link to the cards, and a bar of their shares. */
export function StockTable({ stock }: { readonly stock: CardStats['stock'] }): ReactElement {
  const { t } = useTranslation('cards');
  const of = (type: CardType | null, state: CardState | null): number =>
    stock
      .filter((one) => (type === null || one.type === type) && (state === null || one.state === state))
      .reduce((sum, one) => sum + one.count, 0);
  const row = (type: CardType | null) => (
    <tr key={type ?? 'all'} data-total={type === null || undefined}>
      <th scope="row">{type === null ? t('stock.total') : t(`type.${type}`)}</th>
      {states.map((state) => (
        <td key={state}>
          <Link to="/cards" search={{ ...(type === null ? {} : { type: [type] }), state: [state] }}>
            <NumberCell value={of(type, state)} />
          </Link>
        </td>
      ))}
      <td>
        <Link to="/cards" search={type === null ? {} : { type: [type] }}>
          <NumberCell value={of(type, null)} />
        </Link>
      </td>
      <td className="md-stock-share">
        <Share counts={states.map((state) => [state, of(type, state)] as const)} />
      </td>
    </tr>
  );
  return (
    <section className="md-panel">
      <h2 className="md-panel-title">{t('stock.byType')}</h2>
      <table className="md-stock-table" aria-label={t('stock.byType')}>
        <thead>
          <tr>
            <th scope="col">{t('column.type')}</th>
            {states.map((state) => (
              <th key={state} scope="col">
                <span className="md-stock-mark" data-state={state} aria-hidden />
                {t(`state.${state}`)}
              </th>
            ))}
            <th scope="col">{t('stock.total')}</th>
            <th scope="col" className="md-stock-share">
              <span className="md-hidden">{t('stock.share')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {types.map(row)}
          {row(null)}
        </tbody>
      </table>
    </section>
  );
}

/** One bar with a part for each state. The numbers beside it say the same. */
function Share({ counts }: { readonly counts: readonly (readonly [CardState, number])[] }): ReactElement {
  const { t } = useTranslation('cards');
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const unused = counts.find(([state]) => state === 'unused')?.[1] ?? 0;
  return (
    <div
      className="md-stock-bar"
      title={total === 0 ? undefined : t('stock.unusedShare', { percent: Math.round((100 * unused) / total) })}
      aria-hidden
    >
      {counts.map(([state, count]) =>
        count === 0 ? null : <span key={state} data-state={state} style={{ flexGrow: count }} />,
      )}
    </div>
  );
}
