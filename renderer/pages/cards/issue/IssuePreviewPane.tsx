import { Skeleton } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardType, IssuePreview } from '../../../contract';
import { ErrorNotice, formatAbsolute } from '../../../ui';
import { OtherNamesNotice } from '../../../ui/change/OtherNamesNotice';
import { skips } from '../../../ui/change/sentence';
import { SqlBlock } from '../../../ui/change/SqlBlock';
import type { PreviewState } from '../../../ui/change/usePreview';
import { daysUntil } from './expiry';
import { SkippedNames } from './SkippedNames';

export interface IssuePreviewPaneProps {
  readonly state: PreviewState<IssuePreview>;
  readonly complete: boolean;
  readonly type: CardType;
  /** True to issue one key to each user, false to issue a number of keys for the stock. */
  readonly forUsers: boolean;
  /** Messages about the last attempt. */
  readonly notices: ReactNode;
}

/** Step 1 of issuing: a sentence, sample keys, the expiry, users who get no key, and the SQL. */
export function IssuePreviewPane({ state, complete, type, forUsers, notices }: IssuePreviewPaneProps): ReactElement {
  const { t } = useTranslation('issue');
  const { t: change } = useTranslation('change');
  const { preview, current, error, again } = state;
  return (
    <section className="md-change-preview" aria-busy={complete && !current && error === null} aria-live="polite">
      {notices}
      {error === null ? null : <ErrorNotice error={error} onRetry={again} />}
      {complete ? null : <p className="md-change-dim">{change('incomplete')}</p>}
      {complete && preview === null && error === null ? <Skeleton height={120} /> : null}
      {!complete || preview === null || error !== null ? null : (
        <div className="md-change-stack" data-stale={!current || undefined}>
          <p className="md-change-sentence">
            {[
              preview.count === 0
                ? t('preview.nobody')
                : t(forUsers ? 'preview.assign' : 'preview.sentence', {
                    count: preview.count,
                    type: t(`typeWord.${type}`),
                  }),
              skips(change, preview.skipped),
            ]
              .filter((part) => part !== '')
              .join(change('sentenceJoin'))}
          </p>
          <OtherNamesNotice names={preview.otherNames} />
          <dl className="md-issue-facts">
            <div>
              <dt>{t('preview.expires')}</dt>
              <dd>
                {formatAbsolute(preview.expiresAt)}{' '}
                <span className="md-dim">· {t('preview.inDays', { count: daysUntil(preview.expiresAt) })}</span>
              </dd>
            </div>
            <div>
              <dt>{t('preview.samples')}</dt>
              <dd>
                <ul className="md-issue-samples">
                  {preview.samples.slice(0, 3).map((sample) => (
                    <li key={sample} className="md-mono">
                      {sample}
                    </li>
                  ))}
                </ul>
                <span className="md-dim">{t('preview.madeUp', { bits: preview.bits })}</span>
              </dd>
            </div>
          </dl>
          <SkippedNames skipped={preview.skipped} />
          <SqlBlock sql={preview.sql} />
        </div>
      )}
    </section>
  );
}
