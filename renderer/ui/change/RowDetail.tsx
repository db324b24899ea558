import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DetailName, PreviewRow } from '../../contract';
import { formatNumber } from '../NumberCell';
import { formatAbsolute } from '../time';
import { visible } from '../visible';

const instantLike = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
/**
 * Facts that are not listed: the sentence above says them for all rows, or they appear as the row's name or as "before
 * → after".
 */
const said = ['reason', 'until', 'of', 'before', 'after', 'masked'] as const;
type Listed = Exclude<DetailName, (typeof said)[number]>;
const values = ['owner', 'admin', 'user', 'year', 'quarter', 'month', 'week'] as const;
function isListed(key: DetailName): key is Listed {
  return !(said as readonly DetailName[]).includes(key);
}

/** Facts that need no label. */
const nameless = new Set<DetailName>(['type']);

/** Details of one preview row from the server: "sessions 2 · role user". */
export function RowDetail({ detail }: { readonly detail: PreviewRow['detail'] }): ReactElement {
  const { t } = useTranslation('change');
  const show = (value: string | number): string => {
    if (typeof value === 'number') return formatNumber(value);
    return instantLike.test(value) ? formatAbsolute(value) : visible(value);
  };
  const word = (value: string | number) => {
    const known = values.find((one) => one === value);
    return known === undefined ? show(value) : t(`value.${known}`);
  };
  const facts = (Object.keys(detail) as DetailName[]).filter(isListed).flatMap((key) => {
    const value = detail[key];
    if (value === undefined || value === null || value === '' || value === false) return [];
    const label = t(`detail.${key}`);
    if (value === true) return [label];
    const text = key === 'role' || key === 'type' ? word(value) : show(value);
    return [nameless.has(key) ? text : `${label} ${text}`];
  });
  const what = detail['of'] === 'membership' || detail['of'] === 'card' ? `${t(`detail.of.${detail['of']}`)} ` : '';
  const written = (short: boolean) => [...moved(detail, word, short).map((text) => what + text), ...facts].join(' · ');
  return <span title={written(false)}>{written(true)}</span>;
}

/**
 * "before → after", or one value if both are equal. The short form of two moments omits seconds and shows the zone
 * once.
 */
function moved(detail: PreviewRow['detail'], word: (value: string) => string, short: boolean): readonly string[] {
  const { before, after } = detail;
  if (after === null && typeof before === 'string') return [`${word(before)} → —`];
  if (typeof after !== 'string' || (typeof before !== 'string' && before !== null)) return [];
  const [old, fresh] = [before === null ? '' : word(before), word(after)];
  if (old === fresh) return [fresh];
  const zone = instantLike.test(after) ? (/ UTC\S*$/u.exec(fresh)?.[0] ?? '') : '';
  if (!short || zone === '' || (old !== '' && !old.endsWith(zone))) return [`${old || '—'} → ${fresh || '—'}`];
  const bare = (moment: string) => moment.slice(0, -zone.length).replace(/:\d\d$/, '');
  return [`${bare(old) || '—'} → ${bare(fresh)}${zone}`];
}
