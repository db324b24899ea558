import { Group, TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeForm } from '../../../ui/change';
import { KeyField, useTypedKey } from './KeyField';
import type { BindStart } from './types';
import { UserField } from './UserField';

/** Binds one card to one user. It asks for the card or the user, whichever is not given. */
export function BindDialog({ card, username, onClose }: BindStart & { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation('cards');
  const typed = useTypedKey();
  const [name, setName] = useState(username ?? '');
  const id = card?.id ?? typed.card?.id;
  const asked = id === undefined || name === '' ? null : { pairs: [{ card: { id }, username: name }] };
  return (
    <ChangeForm operation="cards.bind" input={asked} things="keys" onClose={onClose}>
      <Group align="flex-start" gap="md" wrap="nowrap">
        {card === undefined ? (
          <KeyField typed={typed} />
        ) : (
          <TextInput
            className="md-grow"
            classNames={{ input: 'md-mono' }}
            size="xs"
            label={t('bind.key')}
            value={card.masked}
            readOnly
          />
        )}
        <UserField value={name} readOnly={username !== undefined} takesFocus={card !== undefined} onChange={setName} />
      </Group>
    </ChangeForm>
  );
}
