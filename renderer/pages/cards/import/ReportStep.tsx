import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call } from '../../../bridge';
import type { ImportReport } from '../../../contract';
import { StateBlock } from '../../../ui';
import { Notices, Steps } from '../../../ui/change';
import { ConfirmForm } from '../../../ui/change/ConfirmForm';
import type { Confirmed } from '../../../ui/change/useConfirmed';
import { ColumnsStep } from './ColumnsStep';
import { Reading } from './Reading';
import { ReportView } from './ReportView';
import type { OpenImport } from './useOpenImport';

const pollMilliseconds = 700;

export interface ReportStepProps {
  readonly open: OpenImport;
  readonly confirmed: Confirmed<'cards.import'>;
  /** Returns to choosing a file. */
  readonly onOther: () => void;
  readonly onOpen: (open: OpenImport) => void;
  readonly onClose: () => void;
}

/** Waits for the file to be read, then shows the report. Nothing is written before the operator confirms it. */
export function ReportStep({ open, confirmed, onOther, onOpen, onClose }: ReportStepProps): ReactElement {
  const { t } = useTranslation('imports');
  const { importId } = open;
  const {
    data: report,
    error,
    refetch,
  } = useQuery({
    queryKey: ['change', 'import', importId],
    queryFn: ({ signal }) => call('cards.import.report', { importId }, { signal }),
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.state === 'reading' ? pollMilliseconds : false,
  });
  const other = (
    <Button variant="default" onClick={onOther}>
      {t('other')}
    </Button>
  );
  if (report === undefined || report.state === 'reading') {
    const gone = error !== null && asBridgeError(error).code === 'not_found';
    return (
      <>
        <Steps at="preview" />
        {gone ? (
          <StateBlock kind="empty" title={t('gone')} action={other}>
            {t('goneHint')}
          </StateBlock>
        ) : (
          <Reading jobId={open.jobId} error={error} onOther={onOther} onClose={onClose} />
        )}
      </>
    );
  }
  if (report.state === 'applied') {
    return (
      <StateBlock
        kind="empty"
        title={t('applied')}
        action={
          report.batchId === null ? (
            other
          ) : (
            <>
              {other}
              <Link
                className="md-change-link"
                to="/cards/batches"
                search={{ batch: report.batchId }}
                onClick={() => {
                  onOther();
                  onClose();
                }}
              >
                {t('openBatch', { id: report.batchId })}
              </Link>
            </>
          )
        }
      />
    );
  }
  if (report.state === 'failed' && report.asks !== null)
    return <ColumnsStep open={open} asks={report.asks} onOpen={onOpen} onOther={onOther} onClose={onClose} />;
  if (report.state === 'failed') return <Reading jobId={open.jobId} error={null} onOther={onOther} onClose={onClose} />;
  return (
    <Confirm report={report} confirmed={confirmed} onOther={onOther} onClose={onClose} onAgain={() => void refetch()} />
  );
}

function Confirm({
  report,
  confirmed,
  onOther,
  onClose,
  onAgain,
}: Omit<ReportStepProps, 'open' | 'onOpen'> & {
  readonly report: ImportReport;
  /** The report may have changed, so it is loaded again. */
  readonly onAgain: () => void;
}): ReactElement {
  const { t } = useTranslation('imports');
  const count = report.counts.new + report.counts.ended;
  return (
    <ConfirmForm
      fingerprint={count > 0 ? report.fingerprint : null}
      count={count}
      label={t('button', { count })}
      grabFocus
      running={confirmed}
      onConfirm={(fingerprint) => confirmed.send({ importId: report.importId, fingerprint }, count)}
      onStale={onAgain}
      onCancel={onClose}
    >
      <div className="md-change-stack">
        <Notices failure={confirmed.failure} />
        <ReportView report={report} onOther={onOther} />
      </div>
    </ConfirmForm>
  );
}
