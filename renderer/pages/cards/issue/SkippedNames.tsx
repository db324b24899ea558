import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { SkippedGroup } from '../../../contract';
import { NumberCell } from '../../../ui';
import { CopyNames } from '../../../ui/change/CopyNames';
import { MiniTable } from '../../../ui/DrawerParts';
import { visibleNames } from '../../../ui/visible';

/** Users who get no key, by reason, with the first names of each. */
export function SkippedNames({ skipped }: { readonly skipped: readonly SkippedGroup[] }): ReactElement | null {
  const { t } = useTranslation('issue');
  const { t: change } = useTranslation('change');
  const groups = skipped.filter((group) => group.count > 0);
  if (groups.length === 0) return null;
  const names = ({ count, sample }: SkippedGroup) =>
    `${visibleNames(sample)}${count > sample.length ? ` ${change('problems.more')}` : ''}`;
  const unknown = groups.find(({ why }) => why === 'user_unknown');
  return (
    <>
      <MiniTable
        label={t('skipped.title')}
        rows={groups}
        rowKey={(group) => group.why}
        empty=""
        columns={[
          { header: t('skipped.why'), render: (group) => change(`why.${group.why}`) },
          { header: t('skipped.count'), align: 'right', render: (group) => <NumberCell value={group.count} /> },
          { header: t('skipped.who'), wide: true, render: names, text: names },
        ]}
      />
      {unknown === undefined ? null : (
        <div className="md-change-line">
          <CopyNames names={unknown.all ?? unknown.sample} />
        </div>
      )}
    </>
  );
}
