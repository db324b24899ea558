import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../bridge';
import type { Restored, RestorePlan } from '../../../contract';
import { PlannedDialog, usePlanned } from '../../../ui/change';
import { OnlyNewest } from './OnlyNewest';
import { OverwrittenList } from './OverwrittenList';

const showPlan = (plan: RestorePlan): ReactElement => <Plan plan={plan} />;
const showDone = (done: Restored): ReactElement => <Done done={done} />;

/** Applies overwritten changes again, in the three steps of every change. */
export function RestoreDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation('config');
  const planned = usePlanned<RestorePlan, Restored>({
    planKey: ['config', 'plan', 'restore'],
    plan: (options) => call('config.restore.preview', {}, options),
    apply: (fingerprint, options) => call('config.restore', { fingerprint }, options),
  });
  return (
    <PlannedDialog
      planned={planned}
      texts={{
        title: t('overwritten.title'),
        doing: t('overwritten.doing'),
        confirm: t('overwritten.confirm', { count: planned.plan?.total ?? 0 }),
      }}
      ready={({ total }) => total > 0}
      counts={({ total }) => total}
      showPlan={showPlan}
      showDone={showDone}
      operation="config.restore"
      onClose={onClose}
    />
  );
}

function Plan({ plan }: { readonly plan: RestorePlan }): ReactElement {
  const { t } = useTranslation('config');
  return (
    <div className="md-change-stack">
      <p className="md-change-sentence">{t('overwritten.sentence', { count: plan.total })}</p>
      <OverwrittenList changes={plan.changes} total={plan.total} />
      {plan.left === 0 ? null : <p className="md-dim">{t('overwritten.left', { count: plan.left })}</p>}
      <OnlyNewest look={plan} />
      <p className="md-dim">{t('overwritten.restart')}</p>
    </div>
  );
}

function Done({ done }: { readonly done: Restored }): ReactElement {
  const { t } = useTranslation('config');
  return (
    <div className="md-notice" data-tone="good">
      <IconCircleCheck size={16} aria-hidden />
      <div className="md-notice-body md-strong">{t('overwritten.done', { count: done.changes })}</div>
    </div>
  );
}
