import { Group, TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeDialog } from '../../../ui/change';
import type { BindStart } from './types';
import { UserField } from './UserField';

/** Bind one card to one user; whichever of the two is not known yet is asked for. */
export function BindDialog({ card, username, onClose }: BindStart & { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation('cards');
  const [key, setKey] = useState('');
  const [name, setName] = useState(username ?? '');
  const complete = (card !== undefined || key.trim() !== '') && name !== '';
  const asked = complete
    ? { pairs: [{ card: card === undefined ? { key: key.trim() } : { id: card.id }, username: name }] }
    : null;
  return (
    <ChangeDialog
      title={t('bind.title')}
      plan={{
        preview: 'cards.bind.preview',
        apply: 'cards.bind',
        previewInput: () => asked,
        applyInput: (_, fingerprint) => (asked === null ? null : { ...asked, fingerprint }),
      }}
      whole
      sentence={(count) => t('bind.sentence', { count })}
      button={(count) => t('bind.button', { count })}
      onClose={onClose}
      form={
        <Group align="flex-start" gap="md" wrap="nowrap">
          <TextInput
            className="md-grow"
            classNames={{ input: 'md-mono' }}
            size="xs"
            label={t('bind.key')}
            description={card === undefined ? t('bind.keyHint') : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={card?.masked ?? key}
            readOnly={card !== undefined}
            autoComplete="off"
            spellCheck={false}
            maxLength={100}
            onChange={(event) => setKey(event.currentTarget.value)}
            data-autofocus={card === undefined || undefined}
          />
          <UserField
            value={name}
            readOnly={username !== undefined}
            takesFocus={card !== undefined}
            onChange={setName}
          />
        </Group>
      }
    />
  );
}
