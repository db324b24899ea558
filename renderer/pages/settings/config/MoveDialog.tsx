import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../bridge';
import type { ConfigMoved, ConfigMovePlan } from '../../../contract';
import { configStateQuery } from '../../../state/config';
import { queryClient, useSession } from '../../../state/session';
import { PlannedDialog, usePlanned } from '../../../ui/change';
import { DefinitionList } from '../../../ui/DefinitionList';
import { NumberCell } from '../../../ui/NumberCell';

const showPlan = (plan: ConfigMovePlan): ReactElement => <Plan plan={plan} />;
const showDone = (done: ConfigMoved): ReactElement => <Done done={done} />;

/** Moves the entries in the three steps of every change: the plan, the move, and the result. */
export function MoveDialog({
  to,
  onClose,
}: {
  readonly to: 'rows' | 'document';
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation('config');
  const planned = usePlanned<ConfigMovePlan, ConfigMoved>({
    planKey: ['config', 'plan', to],
    plan: (options) => call('config.move.preview', { to }, options),
    apply: (fingerprint, options) => call('config.move', { to, fingerprint }, options),
    onFailure: () => void queryClient.invalidateQueries({ queryKey: configStateQuery.queryKey, exact: true }),
  });
  return (
    <PlannedDialog
      planned={planned}
      texts={{
        title: t(`dialog.title.${to}`),
        doing: t('dialog.doing'),
        confirm: t(`dialog.button.${to}`, { count: planned.plan?.entries ?? 0 }),
      }}
      ready={() => true}
      showPlan={showPlan}
      showDone={showDone}
      operation="config.move"
      onClose={onClose}
    />
  );
}

function Plan({ plan }: { readonly plan: ConfigMovePlan }): ReactElement {
  const { t } = useTranslation('config');
  const { connection } = useSession();
  const drifted = Object.entries(plan.drifted);
  return (
    <div className="md-change-stack">
      <p className="md-change-sentence">
        {t(`dialog.sentence.${plan.to}`, { count: plan.entries, database: connection?.database ?? '' })}
      </p>
      <DefinitionList
        rows={[
          [t('dialog.entries'), <NumberCell key="entries" value={plan.entries} />],
          [t('dialog.bytes'), <NumberCell key="bytes" value={plan.bytes} />],
          [t('dialog.withoutUser'), <NumberCell key="without" value={plan.withoutUser} />],
          ...(plan.odd === 0 ? [] : [[t('dialog.odd'), <NumberCell key="odd" value={plan.odd} />] as const]),
        ]}
      />
      {plan.doubled.length === 0 ? null : (
        <p className="md-dim">{t('dialog.doubled', { names: plan.doubled.join('、') })}</p>
      )}
      {drifted.length === 0 ? null : (
        <section className="md-plan">
          <h3 className="md-plan-title">{t('dialog.drifted')}</h3>
          <p className="md-dim">{t('dialog.driftedText')}</p>
          <ul className="md-plan-steps">
            {drifted.map(([field, count]) => (
              <li key={field}>
                <code className="md-grow">{field}</code>
                <NumberCell value={count} />
              </li>
            ))}
          </ul>
          <p className="md-dim">{t('dialog.driftedSample', { names: plan.driftedSample.slice(0, 8).join('、') })}</p>
        </section>
      )}
      <p className="md-dim">{t(`dialog.back.${plan.to}`)}</p>
    </div>
  );
}

function Done({ done }: { readonly done: ConfigMoved }): ReactElement {
  const { t } = useTranslation('config');
  return (
    <div className="md-notice" data-tone="good">
      <IconCircleCheck size={16} aria-hidden />
      <div className="md-notice-body md-strong">{t(`dialog.done.${done.home}`, { count: done.entries })}</div>
    </div>
  );
}
