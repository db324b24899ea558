import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchDetails } from '../../../contract';
import { formatNumber, NumberCell } from '../../../ui';
import { MiniTable } from '../../../ui/DrawerParts';
import { percent } from './percent';

/** In the order that a key passes through. Keys in `gone` were rolled back, or deleted by the site. */
const states = ['unused', 'used', 'expired', 'revoked', 'gone'] as const;
type State = (typeof states)[number];

/** What became of a batch's keys: a bar, and a table with links to the keys. */
export function Funnel({ batch }: { readonly batch: BatchDetails }): ReactElement {
  const { t } = useTranslation('batches');
  const { t: cards } = useTranslation('cards');
  const { funnel } = batch;
  const word = (state: State) => (state === 'gone' ? t('funnel.gone') : cards(`state.${state}`));
  const total = states.reduce((sum, state) => sum + funnel[state], 0);
  if (total === 0) return <p className="md-part-none">{t('funnel.none')}</p>;
  return (
    <>
      <div className="md-batches-bar" aria-hidden>
        {states
          .filter((state) => funnel[state] > 0)
          .map((state) => (
            <span
              key={state}
              data-state={state}
              title={`${word(state)} ${formatNumber(funnel[state])}`}
              style={{ flexGrow: funnel[state] }}
            />
          ))}
      </div>
      <MiniTable
        label={t('funnel.title')}
        rows={states}
        rowKey={(state) => state}
        empty=""
        columns={[
          {
            header: t('funnel.state'),
            wide: true,
            render: (state) => (
              <>
                <span className="md-batches-swatch" data-state={state} aria-hidden />
                {word(state)}
              </>
            ),
          },
          {
            header: t('funnel.count'),
            align: 'right',
            render: (state) =>
              // Deleted keys are in no list.
              state === 'gone' || funnel[state] === 0 ? (
                <NumberCell value={funnel[state]} />
              ) : (
                <Link
                  to="/cards"
                  search={{ batch: batch.id, state: [state] }}
                  aria-label={`${word(state)} ${formatNumber(funnel[state])}`}
                >
                  <NumberCell value={funnel[state]} />
                </Link>
              ),
          },
          {
            header: t('funnel.share'),
            align: 'right',
            render: (state) => <span className="md-dim">{percent(funnel[state], total)}</span>,
          },
        ]}
      />
    </>
  );
}
