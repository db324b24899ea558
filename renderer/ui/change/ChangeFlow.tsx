import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { ConfirmForm } from './ConfirmForm';
import { Notices } from './Notices';
import type { ChangeOperation, Plan, PreviewOperation } from './operations';
import { PreviewPane } from './PreviewPane';
import type { TargetNoun } from './Problems';
import { JobPane } from './ProgressPane';
import { ProofPane } from './ProofPane';
import { Steps } from './Steps';
import { type Outcome, useApply } from './useApply';
import { shownFingerprint, usePreview } from './usePreview';

/** The texts and appearance of one change. */
export interface ChangeWords {
  /** The first sentence of the preview: "Ban 1,284 users." */
  readonly sentence: (count: number) => string;
  /** The text of the button, verb and number: "Ban 1,284 users". */
  readonly button: (count: number) => string;
  /** The change cannot be undone, or only partly: the operator must always type the number. */
  readonly destructive?: boolean;
}

export interface ChangeFlowProps<P extends PreviewOperation, A extends ChangeOperation> extends ChangeWords {
  readonly plan: Plan<P, A>;
  /** The fields above the preview. Their state is kept outside, so that no input is ever lost. */
  readonly form?: ReactNode;
  /** Rows cannot be taken out: the change is applied to all of them or to none. */
  readonly whole?: boolean;
  /** How many repeated names the form has already removed. */
  readonly duplicates?: number;
  /** What a typed or pasted list contains. Default: names. */
  readonly things?: TargetNoun;
  /** Called when the change starts and stops running in the dialog, which must stay open in between. */
  readonly onBusy: (busy: boolean) => void;
  readonly onUndo: (auditId: string) => void;
  readonly onClose: () => void;
}

/** Codes of a preview that say so: undone before, gone. */
const surprises = new Set(['conflict', 'not_found']);

/** The three steps of any change. */
export function ChangeFlow<P extends PreviewOperation, A extends ChangeOperation>(
  props: ChangeFlowProps<P, A>,
): ReactElement {
  const {
    plan,
    sentence,
    button,
    destructive = false,
    form,
    whole = false,
    duplicates = 0,
    things = 'names',
    onBusy,
    onUndo,
    onClose,
  } = props;
  const [takenOut, setTakenOut] = useState<readonly string[]>([]);
  const { confirmed, outcome, jobEnded, repaint } = useApply(plan.apply);
  const busy = confirmed.doing !== null;
  const input = plan.previewInput(takenOut);
  const state = usePreview(plan.preview, input, outcome === null && !busy);
  const count = state.preview?.changed ?? 0;
  useEffect(() => onBusy(busy), [busy, onBusy]);
  // What was refused, or went unanswered, is no longer as the page behind shows it.
  const surprise = confirmed.failure?.code ?? (surprises.has(state.error?.code ?? '') ? state.error?.code : undefined);
  useEffect(() => (surprise === undefined ? undefined : repaint()), [surprise, repaint]);

  if (outcome?.step === 'job')
    return (
      <>
        <Steps at="doing" />
        <JobPane jobId={outcome.jobId} total={outcome.total} onEnded={jobEnded} onClose={onClose} />
      </>
    );
  if (outcome !== null) return <Proven outcome={outcome} onUndo={onUndo} onClose={onClose} />;
  return (
    <ConfirmForm
      fingerprint={shownFingerprint(state, count)}
      count={count}
      label={button(count)}
      destructive={destructive}
      grabFocus={form === undefined || destructive}
      running={confirmed}
      onConfirm={async (fingerprint) => {
        const change = plan.applyInput(takenOut, fingerprint);
        return change === null ? null : confirmed.send(change, count);
      }}
      onStale={state.again}
      onCancel={onClose}
    >
      {form === undefined ? null : <div className="md-change-fields">{form}</div>}
      <PreviewPane
        state={state}
        complete={input !== null}
        sentence={sentence}
        takenOut={takenOut}
        {...(whole ? {} : { onTakenOutChange: setTakenOut })}
        duplicates={duplicates}
        things={things}
        notices={<Notices failure={confirmed.failure} />}
      />
    </ConfirmForm>
  );
}

export interface ProvenProps {
  readonly outcome: Extract<Outcome, { step: 'proof' }>;
  readonly onUndo: (auditId: string) => void;
  readonly onClose: () => void;
}

/** Step 3: shows what was done. */
export function Proven({ outcome, onUndo, onClose }: ProvenProps): ReactElement {
  const { changed, skipped, audits, proof, job } = outcome;
  return (
    <>
      <Steps at="proof" />
      <ProofPane
        changed={changed}
        skipped={skipped}
        audits={audits}
        first={proof}
        job={job}
        onUndo={onUndo}
        onClose={onClose}
      />
    </>
  );
}
