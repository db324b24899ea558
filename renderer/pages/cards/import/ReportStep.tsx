import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call } from '../../../bridge';
import type { ImportReport } from '../../../contract';
import { StateBlock } from '../../../ui';
import { ChangeProgress, Notices, Steps } from '../../../ui/change';
import { asksForNumber, ConfirmBar, typedNumber } from '../../../ui/change/ConfirmBar';
import { useConfirmable } from '../../../ui/change/useConfirmable';
import type { Starting } from '../issue/useStart';
import { Reading } from './Reading';
import { ReportView } from './ReportView';
import type { OpenImport } from './useOpenImport';

const pollMilliseconds = 700;

export interface ReportStepProps {
  readonly open: OpenImport;
  readonly starting: Starting<'cards.import'>;
  /** Back to choosing a file. */
  readonly onOther: () => void;
  readonly onClose: () => void;
}

/** The file is read, then what it holds is told; nothing is written until the number is confirmed. */
export function ReportStep({ open, starting, onOther, onClose }: ReportStepProps): ReactElement {
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
  if (report.state === 'failed') return <Reading jobId={open.jobId} error={null} onOther={onOther} onClose={onClose} />;
  return (
    <Confirm report={report} starting={starting} onOther={onOther} onClose={onClose} onAgain={() => void refetch()} />
  );
}

function Confirm({
  report,
  starting,
  onOther,
  onClose,
  onAgain,
}: Omit<ReportStepProps, 'open'> & {
  readonly report: ImportReport;
  /** The report may have changed: it is read again. */
  readonly onAgain: () => void;
}): ReactElement {
  const { t } = useTranslation('imports');
  const [typed, setTyped] = useState('');
  const { stage, failure } = starting;
  const count = report.counts.new;
  const ready = useConfirmable(count > 0 ? report.fingerprint : null, failure !== null);
  const submit = async () => {
    const { fingerprint, importId } = report;
    if (!ready || fingerprint === null || (asksForNumber(count, false) && typedNumber(typed) !== count)) return;
    const refused = await starting.start({ importId, fingerprint }, count);
    if (refused?.code === 'stale_preview') {
      setTyped('');
      onAgain();
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void submit();
  };
  return (
    <>
      <Steps at={stage.step === 'doing' ? 'doing' : 'preview'} />
      <form className="md-change-form" onSubmit={onSubmit} noValidate>
        <div className="md-change-scroll" inert={stage.step === 'doing'}>
          <div className="md-change-stack">
            <Notices failure={failure} />
            <ReportView report={report} onOther={onOther} />
          </div>
        </div>
        {stage.step === 'doing' ? (
          <ChangeProgress total={stage.total} onStop={starting.stop} />
        ) : (
          <ConfirmBar
            count={count}
            label={t('button', { count })}
            ready={ready}
            destructive={false}
            grabFocus={failure === null}
            typed={typed}
            onTyped={setTyped}
            onCancel={onClose}
          />
        )}
      </form>
    </>
  );
}
