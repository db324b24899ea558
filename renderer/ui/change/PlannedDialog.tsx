import { Button, Loader } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../ErrorNotice';
import { ChangeFrame } from './ChangeFrame';
import { asksForNumber, ConfirmBar, typedNumber } from './ConfirmBar';
import { Notices } from './Notices';
import { Steps } from './Steps';
import { useFocusHere } from './useFocusHere';
import type { Planned } from './usePlanned';

export interface PlannedTexts {
  readonly title: string;
  readonly doing: string;
  readonly confirm: string;
}

interface PlannedDialogProps<Plan, Done> {
  readonly planned: Planned<Plan, Done>;
  readonly texts: PlannedTexts;
  /** False if the plan has nothing to do. */
  readonly ready: (plan: Plan) => boolean;
  /** How many things change: the operator types a large number. Absent if it is one change of the whole site. */
  readonly counts?: (plan: Plan) => number;
  readonly showPlan: (plan: Plan) => ReactNode;
  readonly showDone: (done: Done) => ReactNode;
  /** The name of the operation in the audit. */
  readonly operation: string;
  readonly onClose: () => void;
}

/** The three steps of a change of the whole site: the plan, the run, and the result. */
export function PlannedDialog<Plan, Done>(props: PlannedDialogProps<Plan, Done>): ReactElement {
  const { t } = useTranslation('change');
  const { planned, texts, ready, counts, showPlan, onClose } = props;
  const { plan, planError, planning, busy, failure, done } = planned;
  const open = plan !== null && !planning && planError === null && ready(plan);
  const count = plan === null || counts === undefined ? 0 : counts(plan);
  // What was typed under one plan does not confirm another.
  const [typed, setTyped] = useState<{ readonly plan: Plan | null; readonly text: string }>({ plan: null, text: '' });
  const text = typed.plan === plan ? typed.text : '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!open || busy || (asksForNumber(count, false) && typedNumber(text) !== count)) return;
    planned.apply();
  };
  if (done !== null) {
    return (
      <ChangeFrame title={texts.title} busy={false} onClose={onClose}>
        <Steps at="proof" />
        <DonePane {...props} done={done} />
      </ChangeFrame>
    );
  }
  return (
    <ChangeFrame title={texts.title} busy={busy} onClose={onClose}>
      <Steps at={busy ? 'doing' : 'preview'} />
      <form className="md-change-form" onSubmit={submit} noValidate>
        <div className="md-change-scroll" inert={busy}>
          <div className="md-change-preview" aria-busy={planning}>
            <Notices failure={failure} />
            {planError === null ? null : <ErrorNotice error={planError} onRetry={planned.replan} />}
            {plan === null && planError === null ? <div className="md-skeleton md-planned-skeleton" /> : null}
            {plan === null || planError !== null ? null : showPlan(plan)}
          </div>
        </div>
        {busy ? (
          <footer className="md-change-bar" aria-live="polite">
            <Loader size={16} aria-hidden />
            <span>{texts.doing}</span>
            <div className="md-change-bar-actions">
              <Button variant="default" onClick={planned.stop}>
                {t('actions.stop')}
              </Button>
            </div>
          </footer>
        ) : (
          <ConfirmBar
            count={count}
            label={texts.confirm}
            ready={open}
            destructive={false}
            grabFocus
            typed={text}
            onTyped={(next) => setTyped({ plan, text: next })}
            onCancel={onClose}
          />
        )}
      </form>
    </ChangeFrame>
  );
}

/** Shows what was done, with a link to the audit. */
function DonePane<Plan, Done>({
  done,
  showDone,
  operation,
  onClose,
}: PlannedDialogProps<Plan, Done> & { readonly done: Done }): ReactElement {
  const { t } = useTranslation('change');
  const close = useFocusHere<HTMLButtonElement>(true);
  return (
    <>
      <div className="md-change-scroll">
        <div className="md-change-stack">{showDone(done)}</div>
      </div>
      <footer className="md-change-bar">
        <Link className="md-change-link" to="/audit" search={{ operation }}>
          {t('actions.openAudit')}
        </Link>
        <div className="md-change-bar-actions">
          <Button ref={close} variant="default" onClick={onClose}>
            {t('actions.close')}
          </Button>
        </div>
      </footer>
    </>
  );
}
