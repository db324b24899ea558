import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PreviewRow } from '../../contract';
import { formatNumber } from '../Num';
import { formatAbsolute } from '../time';

const instantLike = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const known = [
  'role',
  'sessions',
  'until',
  'reason',
  'points',
  'cards',
  'tags',
  'apis',
  'tvbox',
  'state',
  'invitationCode',
  'banned',
  'before',
  'after',
  'added',
  'removed',
  'plays',
  'favorites',
  'ledger',
  'invitations',
] as const;
type Known = (typeof known)[number];

function isKnown(name: string): name is Known {
  return (known as readonly string[]).includes(name);
}

/** What the server says about one row of a preview: "sessions 2 · role user". */
export function RowDetail({ detail }: { readonly detail: PreviewRow['detail'] }): ReactElement {
  const { t } = useTranslation('change');
  const show = (value: string | number | boolean): string => {
    if (typeof value === 'boolean') return value ? t('rows.yes') : t('rows.no');
    if (typeof value === 'number') return formatNumber(value);
    return instantLike.test(value) ? formatAbsolute(value) : value;
  };
  const parts = Object.entries(detail).flatMap(([name, value]) =>
    value === null || value === '' ? [] : [`${isKnown(name) ? t(`detail.${name}`) : name} ${show(value)}`],
  );
  const text = parts.join(' · ');
  return <span title={text}>{text}</span>;
}
