import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PreviewRow } from '../../contract';
import { formatNumber } from '../Num';
import { formatAbsolute } from '../time';

const instantLike = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const names = ['role', 'banned', 'tvbox', 'before', 'after'] as const;
/** The same for every row: the sentence above has said it. */
const said = new Set(['reason', 'until']);
const values = ['owner', 'admin', 'user'] as const;

/** What the server says about one row of a preview: "sessions 2 · role user". */
export function RowDetail({ detail }: { readonly detail: PreviewRow['detail'] }): ReactElement {
  const { t } = useTranslation('change');
  const show = (value: string | number): string => {
    if (typeof value === 'number') return formatNumber(value);
    return instantLike.test(value) ? formatAbsolute(value) : value;
  };
  const parts = Object.entries(detail).flatMap(([key, value]) => {
    if (value === null || value === '' || value === false || said.has(key)) return [];
    const name = names.find((one) => one === key);
    const label = name === undefined ? key : t(`detail.${name}`);
    if (value === true) return [label];
    const word = name === 'role' ? values.find((one) => one === value) : undefined;
    return [`${label} ${word === undefined ? show(value) : t(`value.${word}`)}`];
  });
  const text = parts.join(' · ');
  return <span title={text}>{text}</span>;
}
