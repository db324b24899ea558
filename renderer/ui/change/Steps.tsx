import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

const steps = ['preview', 'doing', 'proof'] as const;

/** The step that a change has reached. */
export type Step = (typeof steps)[number];

/** The step line above every change: "1 Preview — 2 Doing — 3 Proof". */
export function Steps({ at }: { readonly at: Step }): ReactElement {
  const { t } = useTranslation('change');
  const reached = steps.indexOf(at);
  return (
    <ol className="md-change-steps">
      {steps.map((step, index) => (
        <li
          key={step}
          className="md-change-step"
          data-state={index < reached ? 'past' : index === reached ? 'now' : 'ahead'}
          aria-current={index === reached ? 'step' : undefined}
        >
          <span className="md-change-step-number">{index + 1}</span>
          {t(`steps.${step}`)}
        </li>
      ))}
    </ol>
  );
}
