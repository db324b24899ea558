import { TagsInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeDialog } from '../../../ui/change';
import { useTags } from '../useTags';
import { type BulkDialogProps, without } from './types';

/** Add tags, take tags away; the rest of a user's tags stay. */
export function TagsDialog({ who, duplicates = 0, onClose }: BulkDialogProps): ReactElement {
  const { t } = useTranslation('users');
  const known = useTags();
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const complete = add.length > 0 || remove.length > 0;
  const what = [
    add.length === 0 ? '' : t('tag.adds', { tags: add.join(', ') }),
    remove.length === 0 ? '' : t('tag.removes', { tags: remove.join(', ') }),
  ]
    .filter((part) => part !== '')
    .join(' · ');
  const asked = (takenOut: readonly string[]) => ({ who: without(who, takenOut), add, remove });
  const shared = {
    data: known.map(({ tag }) => tag),
    placeholder: t('tag.placeholder'),
    maxTags: 20,
    size: 'xs',
    clearable: true,
    acceptValueOnBlur: true,
  };

  return (
    <ChangeDialog
      title={t('tag.title')}
      plan={{
        preview: 'users.tag.preview',
        apply: 'users.tag',
        previewInput: (takenOut) => (complete ? asked(takenOut) : null),
        applyInput: (takenOut, fingerprint) => ({ ...asked(takenOut), fingerprint }),
      }}
      sentence={(count) => t('tag.sentence', { count, what })}
      button={(count) => t('tag.button', { count })}
      duplicates={duplicates}
      onClose={onClose}
      form={
        <>
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
        </>
      }
    />
  );
}
