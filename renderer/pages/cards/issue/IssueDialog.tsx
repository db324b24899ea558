import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeFrame, ChangeProgress, Notices, Steps } from '../../../ui/change';
import { asksForNumber, ConfirmBar, typedNumber } from '../../../ui/change/ConfirmBar';
import { useConfirmable } from '../../../ui/change/useConfirmable';
import { usePreview } from '../../../ui/change/usePreview';
import { type IssueDraft, inputOf, rememberDraft, rememberedDraft } from './draft';
import { ExportBatch } from './ExportBatch';
import { FillPane } from './FillPane';
import { IssueFields } from './IssueFields';
import { IssuePreviewPane } from './IssuePreviewPane';
import { useAssign } from './useAssign';
import { useStart } from './useStart';
import './issue.css';

export interface IssueDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Issue keys: form and preview, the job, the batch that came of it. */
export function IssueDialog({ opened, onClose }: IssueDialogProps): ReactElement | null {
  return opened ? <IssueFlow onClose={onClose} /> : null;
}

function IssueFlow({ onClose }: Pick<IssueDialogProps, 'onClose'>): ReactElement {
  const { t } = useTranslation('issue');
  const [draft, setDraft] = useState(rememberedDraft);
  const [typed, setTyped] = useState('');
  const [exporting, setExporting] = useState(false);
  const assigning = useAssign(draft.assign);
  const starting = useStart('cards.issue');
  const { stage } = starting;
  const input = inputOf(draft, assigning.who);
  const state = usePreview('cards.issue.preview', input, stage.step === 'preview');
  const count = state.preview?.count ?? 0;
  const shown = state.current && count > 0 && state.error === null ? (state.preview?.fingerprint ?? null) : null;
  const ready = useConfirmable(shown, starting.failure !== null);
  const busy = stage.step === 'doing';

  const submit = async () => {
    const { preview } = state;
    if (!ready || preview === null || input === null) return;
    if (asksForNumber(count, false) && typedNumber(typed) !== count) return;
    rememberDraft(draft);
    const failure = await starting.start({ ...input, fingerprint: preview.fingerprint }, count);
    if (failure?.code === 'stale_preview' || failure?.code === 'conflict') {
      setTyped('');
      state.again();
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void submit();
  };
  const change = (patch: Partial<IssueDraft>) => setDraft((before) => ({ ...before, ...patch }));

  if (exporting && stage.step === 'job') return <ExportBatch issued={stage.issued} onClose={onClose} />;
  return (
    <ChangeFrame title={t('title')} busy={busy} onClose={onClose}>
      {stage.step === 'job' ? (
        <FillPane kind="issue" issued={stage.issued} onExport={() => setExporting(true)} onClose={onClose} />
      ) : (
        <>
          <Steps at={busy ? 'doing' : 'preview'} />
          <form className="md-change-form" onSubmit={onSubmit} noValidate>
            <div className="md-change-scroll" inert={busy}>
              <div className="md-change-fields">
                <IssueFields draft={draft} assigning={assigning} onChange={change} />
              </div>
              <IssuePreviewPane
                state={state}
                complete={input !== null}
                type={draft.type}
                forUsers={draft.assign.kind !== 'nobody'}
                notices={<Notices failure={starting.failure} />}
              />
            </div>
            {stage.step === 'doing' ? (
              <ChangeProgress total={stage.total} onStop={starting.stop} />
            ) : (
              <ConfirmBar
                count={count}
                label={t('button', { count })}
                ready={ready}
                destructive={false}
                grabFocus={false}
                typed={typed}
                onTyped={setTyped}
                onCancel={onClose}
              />
            )}
          </form>
        </>
      )}
    </ChangeFrame>
  );
}
