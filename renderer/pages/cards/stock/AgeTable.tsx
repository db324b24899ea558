import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardStats } from '../../../contract';
import { NumberCell } from '../../../ui';
import { types } from '../list/list';
import { ages, ofAge } from './links';

/** Unused cards by age. The larger the number in a cell, the stronger its colour. */
export function AgeTable({ age }: { readonly age: CardStats['age'] }): ReactElement {
  const { t } = useTranslation('cards');
  const most = Math.max(1, ...age.map(({ count }) => count));
  return (
    <section className="md-panel">
      <h2 className="md-panel-title">{t('stock.age')}</h2>
      <table className="md-stock-table" aria-label={t('stock.age')}>
        <thead>
          <tr>
            <th scope="col">{t('column.type')}</th>
            {ages.map(({ upToDays }) => (
              <th key={upToDays} scope="col">
                {upToDays === null ? t('stock.older') : t('stock.upTo', { days: upToDays })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {types.map((type) => (
            <tr key={type}>
              <th scope="row">{t(`type.${type}`)}</th>
              {ages.map((bucket) => {
                const count = age.find((one) => one.type === type && one.upToDays === bucket.upToDays)?.count ?? 0;
                return (
                  <td key={bucket.upToDays}>
                    <span className="md-stock-fill" style={{ opacity: count / most }} aria-hidden />
                    <Link to="/cards" search={ofAge(type, bucket)}>
                      <NumberCell value={count} />
                    </Link>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
