import { TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Days } from '../../../../ui/DayRange';
import { AnyOf } from '../../../../ui/filters/Choices';
import { DaysForm, FilterForm } from '../../../../ui/filters/FilterForm';
import type { Patch } from '../../../../ui/useAddress';
import { type CardsSearch, states, types } from '../search';

export interface EditorProps {
  readonly search: CardsSearch;
  readonly change: (patch: Patch<CardsSearch>) => void;
  readonly close: () => void;
}

export function StateEditor({ search, change }: EditorProps): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <AnyOf
      choices={states.map((value) => ({ value, label: t(`state.${value}`) }))}
      chosen={search.state ?? []}
      onChange={(state) => change({ state })}
    />
  );
}

export function TypeEditor({ search, change }: EditorProps): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <AnyOf
      choices={types.map((value) => ({ value, label: t(`type.${value}`) }))}
      chosen={search.type ?? []}
      onChange={(type) => change({ type })}
    />
  );
}

export function BatchEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('cards');
  const [batch, setBatch] = useState(search.batch ?? '');
  const apply = () => {
    change({ batch: batch.replace('#', '').trim() });
    close();
  };
  return (
    <FilterForm onApply={apply}>
      <TextInput
        size="xs"
        aria-label={t('filter.batch')}
        placeholder={t('filter.batchHint')}
        inputMode="numeric"
        maxLength={21}
        value={batch}
        onChange={(event) => setBatch(event.currentTarget.value)}
      />
    </FilterForm>
  );
}

export function UserEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('cards');
  const [user, setUser] = useState(search.user ?? '');
  const apply = () => {
    change({ user });
    close();
  };
  return (
    <FilterForm onApply={apply}>
      <TextInput
        size="xs"
        aria-label={t('filter.user')}
        placeholder={t('filter.userHint')}
        maxLength={50}
        value={user}
        onChange={(event) => setUser(event.currentTarget.value)}
      />
    </FilterForm>
  );
}

export function ExpiresEditor({ search, change, close }: EditorProps): ReactElement {
  const apply = ({ from, to }: Days) => {
    change({ expiresFrom: from, expiresTo: to });
    close();
  };
  return <DaysForm from={search.expiresFrom} to={search.expiresTo} ahead onApply={apply} />;
}

export function CreatedEditor({ search, change, close }: EditorProps): ReactElement {
  const apply = ({ from, to }: Days) => {
    change({ createdFrom: from, createdTo: to });
    close();
  };
  return <DaysForm from={search.createdFrom} to={search.createdTo} onApply={apply} />;
}

export function BoundEditor({ search, change, close }: EditorProps): ReactElement {
  const apply = ({ from, to }: Days) => {
    change({ boundFrom: from, boundTo: to });
    close();
  };
  return <DaysForm from={search.boundFrom} to={search.boundTo} onApply={apply} />;
}
