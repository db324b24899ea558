import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preview } from '../../contract';
import { visibleNames } from '../visible';
import { CopyNames } from './CopyNames';

function count(preview: Preview, why: 'unknown' | 'duplicate'): number {
  return preview.skipped.find((group) => group.why === why)?.count ?? 0;
}

/** What a list contains: usernames or card keys. */
export type TargetNoun = 'names' | 'keys';

/** The problems of a typed or pasted list: unknown names and repeated names. */
export function Problems({
  preview,
  duplicates,
  things,
}: {
  readonly preview: Preview;
  readonly duplicates: number;
  readonly things: TargetNoun;
}): ReactElement | null {
  const { t } = useTranslation('change');
  const unknown = preview.skipped.find((group) => group.why === 'unknown');
  const repeated = duplicates + count(preview, 'duplicate');
  if (unknown === undefined && repeated === 0) return null;

  return (
    <div className="md-change-problems">
      <IconAlertCircle size={16} aria-hidden />
      <div className="md-change-problems-body">
        {unknown === undefined ? null : (
          <div>
            {t(things === 'keys' ? 'problems.unknownKeys' : 'problems.unknown', { count: unknown.count })}{' '}
            <span className="md-change-names">{visibleNames(unknown.sample)}</span>
            {unknown.count > unknown.sample.length ? ` ${t('problems.more')}` : ''}{' '}
            {/* Keys are masked here, so copying them is useless. */}
            {things === 'keys' ? null : <CopyNames names={unknown.all ?? unknown.sample} />}
          </div>
        )}
        {repeated === 0 ? null : (
          <div>{t(things === 'keys' ? 'problems.duplicateKeys' : 'problems.duplicate', { count: repeated })}</div>
        )}
      </div>
    </div>
  );
}
