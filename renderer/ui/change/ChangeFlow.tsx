import { type FormEvent, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { asksForNumber, ConfirmBar, typedNumber } from './ConfirmBar';
import { ChangeProgress, JobPane } from './ProgressPane';
import { Notices } from './Notices';
import type { ChangeOperation, Plan, PreviewOperation } from './operations';
import { PreviewPane } from './PreviewPane';
import type { TargetNoun } from './Problems';
import { ProofPane } from './ProofPane';
import { type Step, Steps } from './Steps';
import { useApply } from './useApply';
import { useConfirmable } from './useConfirmable';
import { usePreview } from './usePreview';

/** Words and looks of one change. */
export interface ChangeWords {
  /** "Ban 1,284 users.": the sentence that a preview begins with. */
  readonly sentence: (count: number) => string;
  /** "Ban 1,284 users": verb and number, for the button. */
  readonly button: (count: number) => string;
  /** Cannot be taken back, or only in part: the number must always be typed. */
  readonly destructive?: boolean;
}

export interface ChangeFlowProps<P extends PreviewOperation, A extends ChangeOperation> extends ChangeWords {
  readonly plan: Plan<P, A>;
  /** Fields above the preview. Their state lives outside, so that nothing typed is ever lost. */
  readonly form?: ReactNode;
  /** Rows cannot be taken out: the change is done whole or not at all. */
  readonly whole?: boolean;
  /** Repeated names that the form has already dropped. */
  readonly duplicates?: number;
  /** What a typed or pasted list is of; names, if absent. */
  readonly things?: TargetNoun;
  /** Told while the change runs in place: it must not be closed then. */
  readonly onBusy: (busy: boolean) => void;
  readonly onUndo: (auditId: string) => void;
  readonly onClose: () => void;
}

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
  const [typed, setTyped] = useState('');
  const applying = useApply(plan.apply);
  const { stage } = applying;
  const input = plan.previewInput(takenOut);
  const state = usePreview(plan.preview, input, stage.step === 'preview');
  const count = state.preview?.changed ?? 0;
  const failed = applying.failure !== null;
  const shown = state.current && count > 0 && state.error === null ? (state.preview?.fingerprint ?? null) : null;
  const ready = useConfirmable(shown, failed);
  const busy = stage.step === 'doing';
  useEffect(() => onBusy(busy), [busy, onBusy]);

  const submit = async () => {
    const { preview } = state;
    if (!ready || preview === null || (asksForNumber(count, destructive) && typedNumber(typed) !== count)) return;
    const change = plan.applyInput(takenOut, preview.fingerprint);
    if (change === null) return;
    const failure = await applying.apply(change, preview.changed);
    // What was in the way has changed what the preview showed: it is asked for again.
    if (failure?.code === 'stale_preview' || failure?.code === 'conflict') {
      setTyped('');
      state.again();
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void submit();
  };

  const step: Step = stage.step === 'job' ? 'doing' : stage.step;
  return (
    <>
      <Steps at={step} />
      {stage.step === 'job' ? (
        <JobPane jobId={stage.jobId} total={stage.total} onEnded={applying.jobEnded} onClose={onClose} />
      ) : null}
      {stage.step === 'proof' ? (
        <ProofPane
          changed={stage.changed}
          skipped={stage.skipped}
          audits={stage.audits}
          first={stage.proof}
          job={stage.job}
          onUndo={onUndo}
          onClose={onClose}
        />
      ) : null}
      {stage.step === 'preview' || busy ? (
        <form className="md-change-form" onSubmit={onSubmit} noValidate>
          <div className="md-change-scroll" inert={busy}>
            {form === undefined ? null : <div className="md-change-fields">{form}</div>}
            <PreviewPane
              state={state}
              complete={input !== null}
              sentence={sentence}
              takenOut={takenOut}
              {...(whole ? {} : { onTakenOutChange: setTakenOut })}
              duplicates={duplicates}
              things={things}
              notices={<Notices failure={applying.failure} />}
            />
          </div>
          {stage.step === 'doing' ? (
            <ChangeProgress total={stage.total} onStop={applying.stop} />
          ) : (
            <ConfirmBar
              count={count}
              label={button(count)}
              ready={ready}
              destructive={destructive}
              grabFocus={(form === undefined || destructive) && !failed}
              typed={typed}
              onTyped={setTyped}
              onCancel={onClose}
            />
          )}
        </form>
      ) : null}
    </>
  );
}
