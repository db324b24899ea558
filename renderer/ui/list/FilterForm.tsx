import { Button, Group, Stack } from '@mantine/core';
import type { FormEvent, ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FilterEditorProps } from './FilterEditor';
import type { RawAddress } from './filters';

export interface FilterFormProps extends Pick<FilterEditorProps, 'change' | 'close'> {
  /** The present values of the fields, as a part of the address. */
  readonly patch: () => RawAddress;
  readonly children: ReactNode;
}

/** Fields of a filter that are applied together, by Enter or the button. */
export function FilterForm({ change, close, patch, children }: FilterFormProps): ReactElement {
  const { t } = useTranslation('filters');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    change(patch());
    close();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {children}
        <Group justify="flex-end">
          <Button type="submit" size="xs">
            {t('apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
