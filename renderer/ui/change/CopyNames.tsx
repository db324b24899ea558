import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../state/toast';
import { copyText } from '../copy';

/** Copies names that nobody has, one a line: all of them, also where only some are shown. */
export function CopyNames({ names }: { readonly names: readonly string[] }): ReactElement {
  const { t } = useTranslation('change');
  const copy = () => {
    if (copyText(names.join('\n'))) toast(t('sql.copied'));
  };
  return (
    <Button size="compact-xs" variant="subtle" onClick={copy}>
      {t('problems.copyUnknown')}
    </Button>
  );
}
