import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PreviewRow } from '../../contract';
import { formatNumber } from '../Num';
import { formatAbsolute } from '../time';

const instantLike = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const names = ['role', 'banned', 'tvbox'] as const;
/** The same for every row, and said by the sentence above; or said as "before → after". */
const said = new Set(['reason', 'until', 'before', 'after']);
const values = ['owner', 'admin', 'user'] as const;

/** What the server says about one row of a preview: "sessions 2 · role user". */
export function RowDetail({ detail }: { readonly detail: PreviewRow['detail'] }): ReactElement {
  const { t } = useTranslation('change');
  const show = (value: string | number): string => {
    if (typeof value === 'number') return formatNumber(value);
    return instantLike.test(value) ? formatAbsolute(value) : value;
  };
  const role = (value: string | number) => {
    const word = values.find((one) => one === value);
    return word === undefined ? show(value) : t(`value.${word}`);
  };
  const facts = Object.entries(detail).flatMap(([key, value]) => {
    if (value === null || value === '' || value === false || said.has(key)) return [];
    const name = names.find((one) => one === key);
    const label = name === undefined ? key : t(`detail.${name}`);
    if (value === true) return [label];
    return [`${label} ${name === 'role' ? role(value) : show(value)}`];
  });
  const before = detail['before'];
  const after = detail['after'];
  const moved =
    typeof before === 'string' && typeof after === 'string' ? [`${role(before) || '—'} → ${role(after) || '—'}`] : [];
  const parts = [...moved, ...facts];
  const text = parts.join(' · ');
  return <span title={text}>{text}</span>;
}
