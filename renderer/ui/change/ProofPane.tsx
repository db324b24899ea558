import { Button } from '@mantine/core';
import { IconCircleCheck, IconClock, IconMinus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Proof, ProofPlace, SkippedGroup } from '../../contract';
import { LeftOut } from '../LeftOut';
import { NumberCell } from '../NumberCell';
import { RelativeTime } from '../RelativeTime';
import { formatAbsolute } from '../time';
import './change.css';
import { skips } from './sentence';
import { useFocusHere } from './useFocusHere';
import { useProof } from './useProof';

const icons = { done: IconCircleCheck, pending: IconClock, none: IconMinus } as const;

/** The places in which a change took effect. */
export function ProofPlaces({ places }: { readonly places: readonly ProofPlace[] }): ReactElement {
  const { t } = useTranslation('change');
  return (
    <table className="md-change-places">
      <thead>
        <tr>
          <th>{t('proof.column.place')}</th>
          <th className="md-change-right">{t('proof.column.count')}</th>
          <th>{t('proof.column.state')}</th>
        </tr>
      </thead>
      <tbody>
        {places.map(({ place, state, count }) => {
          const Icon = icons[state];
          return (
            <tr key={place} data-state={state}>
              <td>{t(`proof.place.${place}`)}</td>
              <td className="md-change-right">
                <NumberCell value={state === 'none' ? null : count} />
              </td>
              <td>
                <span className="md-change-place-state">
                  <Icon size={15} aria-hidden />
                  {t(`proof.state.${state}`)}
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export interface ProofViewProps {
  readonly audits: readonly string[];
  readonly first: Proof | null;
  readonly onUndo: (auditId: string) => void;
  /** Only a part of what was asked is done. */
  readonly part?: boolean;
  /** Why it cannot be undone. */
  readonly whyNotUndone?: string | null;
}

/** The proof: places, operator and time, and undo. Also used for an audit entry. */
export function ProofView({ audits, first, onUndo, part = false, whyNotUndone = null }: ProofViewProps): ReactElement {
  const { t } = useTranslation('change');
  const { proofs, places, pending } = useProof(audits, first);
  const last = proofs.at(-1);
  const whole = places.every(({ state }) => state === 'none')
    ? t('proof.nowhere')
    : t(part ? 'proof.wholePart' : 'proof.whole');
  const lost = proofs.reduce((sum, { notRestored }) => sum + (notRestored?.sessions ?? 0), 0);
  return (
    <div className="md-change-stack">
      <p className="md-change-dim" aria-live="polite">
        {last === undefined ? '' : pending ? t('proof.pending') : whole}
        {audits.length > 1 ? ` ${t('proof.parts', { count: audits.length })}` : ''}
      </p>
      <ProofPlaces places={places} />
      {whyNotUndone === null ? null : <p className="md-change-dim">{t('proof.whyNoUndo', { why: whyNotUndone })}</p>}
      {lost === 0 ? null : <p className="md-change-dim">{t('proof.lostSessions', { count: lost })}</p>}
      {proofs.map((proof) => (
        <div key={proof.auditId} className="md-change-line">
          {audits.length > 1 ? <span className="md-change-dim">{t('proof.entry', { id: proof.auditId })}</span> : null}
          <span>
            {t('proof.by', { operator: proof.by, at: formatAbsolute(proof.at) })}{' '}
            <span className="md-change-dim">
              · <RelativeTime at={proof.at} />
            </span>
          </span>
          <span className="md-change-spring" />
          {proof.undo === 'possible' ? (
            <Button size="compact-sm" variant="default" onClick={() => onUndo(proof.auditId)}>
              {t('actions.undo')}
            </Button>
          ) : (
            <span className="md-change-dim">{proof.undo === 'undone' ? t('proof.undone') : t('proof.noUndo')}</span>
          )}
        </div>
      ))}
    </div>
  );
}

export interface ProofPaneProps extends ProofViewProps {
  readonly changed: number;
  readonly skipped: readonly SkippedGroup[];
  readonly job?: { readonly id: string; readonly skipped: number } | undefined;
  readonly onClose: () => void;
}

/** Step 3: what was done, where, by whom, and how to undo it. */
export function ProofPane({ changed, skipped, job, onClose, ...view }: ProofPaneProps): ReactElement {
  const { t } = useTranslation('change');
  const close = useFocusHere<HTMLButtonElement>(true);
  const last = view.audits.at(-1);
  const sentence = [t('proof.done', { count: changed }), skips(t, skipped)]
    .filter((part) => part !== '')
    .join(t('sentenceJoin'));
  return (
    <>
      <section className="md-change-scroll">
        <p className="md-change-sentence">{sentence}</p>
        {job === undefined || job.skipped === 0 ? null : <LeftOut jobId={job.id} count={job.skipped} />}
        <ProofView {...view} />
      </section>
      <footer className="md-change-bar">
        {last === undefined ? null : (
          <Link className="md-change-link" to="/audit" search={{ entry: last }} onClick={onClose}>
            {t('actions.openAudit')}
          </Link>
        )}
        <div className="md-change-bar-actions">
          <Button ref={close} onClick={onClose}>
            {t('actions.close')}
          </Button>
        </div>
      </footer>
    </>
  );
}
