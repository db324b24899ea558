import { Button, Group, Stack } from '@mantine/core';
import type { FormEvent, ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Fields of a filter that take effect together, with Enter or the button. */
export function FilterForm({
  children,
  onApply,
}: {
  readonly children: ReactNode;
  readonly onApply: () => void;
}): ReactElement {
  const { t } = useTranslation('filters');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onApply();
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
