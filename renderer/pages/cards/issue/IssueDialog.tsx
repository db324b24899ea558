import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeFrame, Notices } from '../../../ui/change';
import { ConfirmForm } from '../../../ui/change/ConfirmForm';
import { shownFingerprint, usePreview } from '../../../ui/change/usePreview';
import { type IssueDraft, inputOf, rememberDraft, rememberedDraft } from './draft';
import { ExportBatch } from './ExportBatch';
import { FillPane } from './FillPane';
import { RevealBatch } from './RevealBatch';
import { IssueFields } from './IssueFields';
import { IssuePreviewPane } from './IssuePreviewPane';
import { useAssign } from './useAssign';
import { useFilling } from './useFilling';
import './issue.css';

export interface IssueDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Issues keys: form and preview, the job, and the new batch. */
export function IssueDialog({ opened, onClose }: IssueDialogProps): ReactElement | null {
  return opened ? <IssueFlow onClose={onClose} /> : null;
}

function IssueFlow({ onClose }: Pick<IssueDialogProps, 'onClose'>): ReactElement {
  const { t } = useTranslation('issue');
  const [draft, setDraft] = useState(rememberedDraft);
  const [handing, setHanding] = useState<'export' | 'reveal' | null>(null);
  const assigning = useAssign(draft.assign);
  const { confirmed, issued } = useFilling('cards.issue');
  const busy = confirmed.doing !== null;
  const input = inputOf(draft, assigning.who);
  const state = usePreview('cards.issue.preview', input, issued === null && !busy);
  const count = state.preview?.count ?? 0;
  const change = (patch: Partial<IssueDraft>) => setDraft((before) => ({ ...before, ...patch }));
  const confirm = async (fingerprint: string) => {
    if (input === null) return null;
    rememberDraft(draft);
    return confirmed.send({ ...input, fingerprint }, count);
  };

  if (handing === 'export' && issued !== null) return <ExportBatch issued={issued} onClose={onClose} />;
  if (handing === 'reveal' && issued !== null) return <RevealBatch issued={issued} onClose={onClose} />;
  return (
    <ChangeFrame title={t('title')} busy={busy} onClose={onClose}>
      {issued !== null ? (
        <FillPane
          kind="issue"
          issued={issued}
          onExport={() => setHanding('export')}
          onReveal={() => setHanding('reveal')}
          onClose={onClose}
        />
      ) : (
        <ConfirmForm
          fingerprint={shownFingerprint(state, count)}
          count={count}
          label={t('button', { count })}
          running={confirmed}
          onConfirm={confirm}
          onStale={state.again}
          onCancel={onClose}
        >
          <div className="md-change-fields">
            <IssueFields draft={draft} assigning={assigning} onChange={change} />
          </div>
          <IssuePreviewPane
            state={state}
            complete={input !== null}
            type={draft.type}
            forUsers={draft.assign.kind !== 'nobody'}
            notices={<Notices failure={confirmed.failure} />}
          />
        </ConfirmForm>
      )}
    </ChangeFrame>
  );
}
