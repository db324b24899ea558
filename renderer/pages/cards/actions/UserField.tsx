import { Autocomplete } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { longestName, useUsersLike } from '../../../ui/useUsersLike';
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
  const { named, others } = useUsersLike(value, !readOnly);
  return (
    <Autocomplete
      className="md-grow"
      size="xs"
      label={t('bind.user')}
      placeholder={t('bind.userPlaceholder')}
      value={value}
      readOnly={readOnly}
      maxLength={longestName}
      data={[...named, ...others]}
      // The server has filtered already, by the database's comparison of names.
      filter={({ options }) => options}
      renderOption={({ option }) => visible(option.value)}
      onChange={onChange}
      data-autofocus={takesFocus || undefined}
    />
  );
}
