import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchDetails } from '../../../contract';
import { formatNumber, Num } from '../../../ui';
import { share } from './share';

/** In the order in which a key goes through them. */
const states = ['unused', 'used', 'expired', 'revoked', 'gone'] as const;

/** What became of a batch's keys: a bar for the eye, and a table with the way to the keys themselves. */
export function Funnel({ batch }: { readonly batch: BatchDetails }): ReactElement {
  const { t } = useTranslation('batches');
  const { funnel } = batch;
  const total = states.reduce((sum, state) => sum + funnel[state], 0);
  if (total === 0) return <p className="md-batches-none">{t('funnel.none')}</p>;
  const shown = states.filter((state) => funnel[state] > 0);
  return (
    <>
      <div className="md-batches-bar" aria-hidden>
        {shown.map((state) => (
          <span
            key={state}
            data-state={state}
            title={`${t(`funnel.${state}`)} ${formatNumber(funnel[state])}`}
            style={{ flexGrow: funnel[state] }}
          />
        ))}
      </div>
      <table className="md-batches-funnel" aria-label={t('funnel.title')}>
        <thead>
          <tr>
            <th>{t('funnel.state')}</th>
            <th data-align="right">{t('funnel.count')}</th>
            <th data-align="right">{t('funnel.share')}</th>
          </tr>
        </thead>
        <tbody>
          {states.map((state) => (
            <tr key={state}>
              <td>
                <span className="md-batches-swatch" data-state={state} aria-hidden />
                {state === 'gone' || funnel[state] === 0 ? (
                  t(`funnel.${state}`)
                ) : (
                  <Link to="/cards" search={{ batch: batch.id, state: [state] }}>
                    {t(`funnel.${state}`)}
                  </Link>
                )}
              </td>
              <td data-align="right">
                <Num value={funnel[state]} />
              </td>
              <td data-align="right" className="md-num md-dim">
                {share(funnel[state], total)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
