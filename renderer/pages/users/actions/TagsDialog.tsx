import { TagsInput, type TagsInputProps } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeForm } from '../../../ui/change';
import { visible } from '../../../ui/visible';
import { useTags } from '../useTags';
import type { BulkDialogProps } from './types';

/** Adds and removes tags. All other tags of a user stay. */
export function TagsDialog({ who, ...rest }: BulkDialogProps): ReactElement {
  const { t } = useTranslation('users');
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const what = [
    add.length === 0 ? '' : t('tag.adds', { tags: add.join(', ') }),
    remove.length === 0 ? '' : t('tag.removes', { tags: remove.join(', ') }),
  ]
    .filter((part) => part !== '')
    .join(' · ');
  const shared = {
    data: useTags().map(({ tag }) => tag),
    placeholder: t('tag.placeholder'),
    renderOption: ({ option }) => visible(option.value),
    maxTags: 20,
    size: 'xs',
    clearable: true,
    acceptValueOnBlur: true,
  } satisfies TagsInputProps;
  return (
    <ChangeForm operation="users.tag" input={what === '' ? null : { who, add, remove }} words={{ what }} {...rest}>
      <TagsInput
        label={t('tag.add')}
        value={add}
        onChange={(tags) => setAdd(tags.filter((tag) => !remove.includes(tag)))}
        data-autofocus
        {...shared}
      />
      <TagsInput
        label={t('tag.remove')}
        value={remove}
        onChange={(tags) => setRemove(tags.filter((tag) => !add.includes(tag)))}
        {...shared}
      />
    </ChangeForm>
  );
}
