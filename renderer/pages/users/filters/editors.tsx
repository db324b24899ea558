import { Checkbox, Group, NumberInput, TagsInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteRole } from '../../../contract';
import { DayRange, type Days } from '../../../ui/DayRange';
import { AnyOf, OneOf } from '../../../ui/filters/Choices';
import { DaysForm, FilterForm } from '../../../ui/filters/FilterForm';
import type { Patch } from '../../../ui/useAddress';
import type { UsersSearch } from '../search';
import { useTags } from '../useTags';

export interface EditorProps {
  readonly search: UsersSearch;
  readonly change: (patch: Patch<UsersSearch>) => void;
  readonly close: () => void;
}

const roles: readonly SiteRole[] = ['owner', 'admin', 'user'];

export function RoleEditor({ search, change }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  return (
    <AnyOf
      choices={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
      chosen={search.role ?? []}
      onChange={(role) => change({ role })}
    />
  );
}

const states = ['active', 'banned'] as const;

export function StateEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  const choose = (state: UsersSearch['state']) => {
    change({ state });
    close();
  };
  return (
    <OneOf
      label={t('filter.state')}
      choices={states.map((value) => ({ value, label: t(`state.${value}`) }))}
      chosen={search.state}
      onChoose={choose}
    />
  );
}

const cards = ['active', 'expired', 'none'] as const;

export function CardEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  const choose = (card: UsersSearch['card']) => {
    change({ card });
    close();
  };
  return (
    <OneOf
      label={t('filter.card')}
      choices={cards.map((value) => ({ value, label: t(`cardState.${value}`) }))}
      chosen={search.card}
      onChoose={choose}
    />
  );
}

export function TagEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  const known = useTags();
  const [tags, setTags] = useState<string[]>([...(search.tag ?? [])]);
  const apply = () => {
    change({ tag: tags });
    close();
  };
  return (
    <FilterForm onApply={apply}>
      <TagsInput
        size="xs"
        aria-label={t('filter.tag')}
        placeholder={t('filter.tagHint')}
        data={known.map(({ tag }) => tag)}
        value={tags}
        onChange={setTags}
        maxTags={20}
        acceptValueOnBlur
        clearable
        comboboxProps={{ withinPortal: false }}
      />
    </FilterForm>
  );
}

export function CreatedEditor({ search, change, close }: EditorProps): ReactElement {
  const apply = ({ from, to }: Days) => {
    change({ createdFrom: from, createdTo: to });
    close();
  };
  return <DaysForm from={search.createdFrom} to={search.createdTo} onApply={apply} />;
}

export function LoginEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  const [range, setRange] = useState({ from: search.loginFrom ?? '', to: search.loginTo ?? '' });
  const [never, setNever] = useState(search.never === true);
  const apply = () => {
    change(
      never
        ? { never: true, loginFrom: undefined, loginTo: undefined }
        : { never: undefined, loginFrom: range.from, loginTo: range.to },
    );
    close();
  };
  return (
    <FilterForm onApply={apply}>
      <DayRange range={range} onChange={setRange} disabled={never} />
      <Checkbox
        size="xs"
        label={t('filter.neverOnly')}
        checked={never}
        onChange={(event) => setNever(event.currentTarget.checked)}
      />
    </FilterForm>
  );
}

export function PointsEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('users');
  const [min, setMin] = useState<number | string>(search.pointsMin ?? '');
  const [max, setMax] = useState<number | string>(search.pointsMax ?? '');
  const apply = () => {
    change({
      pointsMin: typeof min === 'number' ? min : undefined,
      pointsMax: typeof max === 'number' ? max : undefined,
    });
    close();
  };
  const shared = { size: 'xs', allowDecimal: false, thousandSeparator: ',', hideControls: true } as const;
  return (
    <FilterForm onApply={apply}>
      <Group gap="sm" wrap="nowrap">
        <NumberInput label={t('filter.min')} value={min} onChange={setMin} {...shared} />
        <NumberInput label={t('filter.max')} value={max} onChange={setMax} {...shared} />
      </Group>
    </FilterForm>
  );
}
