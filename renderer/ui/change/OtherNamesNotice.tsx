import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { OtherNames } from '../../contract';
import { visible } from '../visible';

/**
 * A warning that typed names match users with a different spelling, because the database treats both as equal. It
 * stands out, so that even a hurried operator reads it.
 */
export function OtherNamesNotice({ names }: { readonly names: OtherNames | undefined }): ReactElement | null {
  const { t } = useTranslation('change');
  if (names === undefined) return null;
  const { count, sample } = names;
  return (
    <div className="md-notice" data-tone="warn" role="alert">
      <IconAlertTriangle size={16} aria-hidden />
      <div className="md-notice-body">
        <div>{t('otherNames.title', { count })}</div>
        <ul className="md-change-other-names">
          {sample.map(({ typed, stored }) => (
            <li key={typed}>
              <span>{visible(typed)}</span> <span aria-label={t('otherNames.means')}>→</span>{' '}
              <span className="md-strong">{visible(stored)}</span>
            </li>
          ))}
        </ul>
        {count > sample.length ? <div>{t('problems.more')}</div> : null}
        <div className="md-dim">{t('otherNames.why')}</div>
      </div>
    </div>
  );
}
