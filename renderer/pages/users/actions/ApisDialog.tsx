import { TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeForm } from '../../../ui/change';
import { userQuery } from '../drawer/userQuery';
import { useTags } from '../useTags';
import { type BulkDialogProps, onlyName } from './types';

/** Sets the APIs that users may use. For a single user, it starts with the present list. */
export function ApisDialog({ who, ...rest }: BulkDialogProps): ReactElement {
  const { t } = useTranslation('users');
  const name = onlyName(who);
  const present = useQuery({ ...userQuery(name ?? ''), enabled: name !== null }).data?.enabledApis;
  const [typed, setTyped] = useState<string[] | null>(null);
  const apis = typed ?? [...(present ?? [])];
  return (
    <ChangeForm
      operation="users.apis"
      input={{ who, apis }}
      sentence={apis.length === 0 ? 'none' : 'some'}
      words={{ apis: apis.join(', ') }}
      {...rest}
    >
      <TagsInput
        size="xs"
        label={t('apis.list')}
        description={t('apis.hint')}
        placeholder={t('apis.placeholder')}
        data={[...new Set(useTags().flatMap((tag) => tag.enabledApis))]}
        value={apis}
        onChange={setTyped}
        maxTags={200}
        clearable
        acceptValueOnBlur
        data-autofocus
      />
    </ChangeForm>
  );
}
