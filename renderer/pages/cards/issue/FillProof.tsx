import { Button } from '@mantine/core';
import { IconCircleCheck, IconDownload, IconEye } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Issued, Job } from '../../../contract';
import { formatAbsolute, formatNumber } from '../../../ui';
import { useFocusHere } from '../../../ui/change/useFocusHere';
import { DefinitionList } from '../../../ui/DefinitionList';
import { mostCopied } from './RevealBatch';

export interface FillProofProps {
  readonly kind: 'issue' | 'import';
  readonly job: Job;
  readonly issued: Issued;
  readonly onExport: () => void;
  readonly onReveal?: () => void;
  readonly onClose: () => void;
}

/** Step 3 of filling a batch: the number of keys, the time it took, where the keys are, and what to do with them. */
export function FillProof({ kind, job, issued, onExport, onReveal, onClose }: FillProofProps): ReactElement {
  const { t } = useTranslation('issue');
  // On no button: a second Enter must not close what says where the keys are.
  const sentence = useFocusHere<HTMLParagraphElement>(true);
  const end = job.finishedAt ?? job.startedAt;
  const seconds = Math.max(0.1, (Date.parse(end) - Date.parse(job.startedAt)) / 1000);
  const audit = job.audits[0];
  const rows: (readonly [string, ReactNode])[] = [
    [
      t('proof.batch'),
      <Link
        key="batch"
        className="md-change-link"
        to="/cards/batches"
        search={{ batch: issued.batchId }}
        onClick={onClose}
      >
        {t('proof.open', { id: issued.batchId })}
      </Link>,
    ],
    [
      t('proof.took'),
      t('proof.seconds', { seconds: seconds.toFixed(1), rate: formatNumber(Math.round(job.done / seconds)) }),
    ],
    [t('proof.by'), `${job.operator} · ${formatAbsolute(end)}`],
  ];
  if (job.skipped > 0) rows.splice(1, 0, [t('proof.skipped'), formatNumber(job.skipped)]);
  return (
    <>
      <section className="md-change-scroll">
        <div className="md-stack">
          <p className="md-change-sentence md-issue-proof" ref={sentence} tabIndex={-1}>
            <IconCircleCheck size={18} aria-hidden />
            {t(kind === 'import' ? 'proof.imported' : 'proof.issued', { count: job.done })}
          </p>
          <DefinitionList rows={rows} />
        </div>
      </section>
      <footer className="md-change-bar">
        {audit === undefined ? null : (
          <Link className="md-change-link" to="/audit" search={{ entry: audit }} onClick={onClose}>
            {t('actions.openAudit', { ns: 'change' })}
          </Link>
        )}
        <div className="md-change-bar-actions">
          {onReveal === undefined || job.done === 0 || job.done > mostCopied ? null : (
            <Button variant="default" leftSection={<IconEye size={15} aria-hidden />} onClick={onReveal}>
              {t('proof.reveal', { count: job.done })}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconDownload size={15} aria-hidden />}
            disabled={job.done === 0}
            onClick={onExport}
          >
            {t('proof.export')}
          </Button>
          <Button onClick={onClose}>{t('close', { ns: 'common' })}</Button>
        </div>
      </footer>
    </>
  );
}
