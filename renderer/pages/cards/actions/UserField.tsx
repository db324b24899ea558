import { Autocomplete } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../bridge';
import { visible } from '../../../ui/visible';

export interface UserFieldProps {
  readonly value: string;
  readonly onChange: (username: string) => void;
  readonly readOnly?: boolean;
  readonly takesFocus?: boolean;
}

/** A username, with suggestions that contain the typed text. */
export function UserField({ value, onChange, readOnly = false, takesFocus = false }: UserFieldProps): ReactElement {
  const { t } = useTranslation('cards');
  const [search] = useDebouncedValue(value.trim(), 150);
  const { data } = useQuery({
    queryKey: ['users', 'lookup', search],
    queryFn: ({ signal }) =>
      call('users.list', { filter: { search }, sort: 'username', descending: false, limit: 6 }, { signal }),
    enabled: !readOnly && search !== '' && search.length <= 50,
    placeholderData: keepPreviousData,
  });
  return (
    <Autocomplete
      className="md-grow"
      size="xs"
      label={t('bind.user')}
      placeholder={t('bind.userPlaceholder')}
      value={value}
      readOnly={readOnly}
      maxLength={50}
      data={readOnly ? [] : (data?.rows ?? []).map(({ username }) => username)}
      // The server has filtered already, by the database's comparison of names.
      filter={({ options }) => options}
      renderOption={({ option }) => visible(option.value)}
      onChange={onChange}
      data-autofocus={takesFocus || undefined}
    />
  );
}
