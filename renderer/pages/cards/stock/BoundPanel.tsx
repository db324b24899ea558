import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardStats } from '../../../contract';
import { NumberCell } from '../../../ui';
import { DayBars } from '../../../ui/chart/DayBars';
import { boundOn } from './links';

/** How many cards were bound on each of the last thirty days, as bars or as a table. */
export function BoundPanel({ days }: { readonly days: CardStats['boundPerDay'] }): ReactElement {
  const { t } = useTranslation('cards');
  const [table, setTable] = useState(false);
  const sum = days.reduce((all, { count }) => all + count, 0);
  return (
    <section className="md-panel">
      <h2 className="md-panel-title">
        {t('stock.bound')}
        {sum === 0 ? (
          <span className="md-dim">{t('stock.boundSum', { count: sum })}</span>
        ) : (
          <Link className="md-dim" to="/cards" search={boundOn(days[0]?.day ?? '', days.at(-1)?.day)}>
            {t('stock.boundSum', { count: sum })}
          </Link>
        )}
        <span className="md-grow" />
        <Button size="compact-xs" variant="subtle" aria-expanded={table} onClick={() => setTable((now) => !now)}>
          {t(table ? 'stock.hideTable' : 'stock.showTable')}
        </Button>
      </h2>
      <DayBars label={`${t('stock.bound')}: ${t('stock.boundSum', { count: sum })}`} days={days} />
      {table ? (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls by the arrow keys, and nothing in it takes the focus
        <section className="md-stock-days" aria-label={t('stock.bound')} tabIndex={0}>
          <table className="md-stock-table" aria-label={t('stock.bound')}>
            <thead>
              <tr>
                <th scope="col">{t('stock.day')}</th>
                <th scope="col">{t('stock.count')}</th>
              </tr>
            </thead>
            <tbody>
              {days.toReversed().map(({ day, count }) => (
                <tr key={day}>
                  <th scope="row">{day}</th>
                  <td>
                    {count === 0 ? (
                      <NumberCell value={count} />
                    ) : (
                      <Link to="/cards" search={boundOn(day)}>
                        <NumberCell value={count} />
                      </Link>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </section>
  );
}
