import { TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeDialog } from '../../../ui/change';
import { userQuery } from '../drawer/userQuery';
import { useTags } from '../useTags';
import { type BulkDialogProps, onlyName, without } from './types';

/** Set which APIs users may use. For one user the present list is the beginning. */
export function ApisDialog({ who, duplicates = 0, onClose }: BulkDialogProps): ReactElement {
  const { t } = useTranslation('users');
  const name = onlyName(who);
  const present = useQuery({ ...userQuery(name ?? ''), enabled: name !== null }).data?.enabledApis;
  const [typed, setTyped] = useState<string[] | null>(null);
  const apis = typed ?? [...(present ?? [])];
  const known = [...new Set(useTags().flatMap((tag) => tag.enabledApis))];
  const asked = (takenOut: readonly string[]) => ({ who: without(who, takenOut), apis });

  return (
    <ChangeDialog
      title={t('apis.title')}
      plan={{
        preview: 'users.apis.preview',
        apply: 'users.apis',
        previewInput: asked,
        applyInput: (takenOut, fingerprint) => ({ ...asked(takenOut), fingerprint }),
      }}
      sentence={(count) =>
        apis.length === 0 ? t('apis.none', { count }) : t('apis.some', { count, apis: apis.join(', ') })
      }
      button={(count) => t('apis.button', { count })}
      duplicates={duplicates}
      onClose={onClose}
      form={
        <TagsInput
          size="xs"
          label={t('apis.list')}
          description={t('apis.hint')}
          placeholder={t('apis.placeholder')}
          data={known}
          value={apis}
          onChange={setTyped}
          maxTags={200}
          clearable
          acceptValueOnBlur
          data-autofocus
        />
      }
    />
  );
}
