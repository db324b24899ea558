import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overwritten } from '../../../contract';

interface OnlyNewestProps {
  readonly look: Pick<Overwritten, 'onlyNewest'> | undefined;
}

/** Says that older changes were not looked at, where there are more than one look reads. */
export function OnlyNewest({ look }: OnlyNewestProps): ReactElement | null {
  const { t } = useTranslation('config');
  const most = look?.onlyNewest ?? null;
  return most === null ? null : <p className="md-dim">{t('overwritten.onlyNewest', { most })}</p>;
}
