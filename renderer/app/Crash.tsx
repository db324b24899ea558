import { Button } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError } from '../bridge';
import { StateBlock } from '../ui/StateBlock';
import { queryClient } from '../state/session';

/** Shown when a page throws or the console does not answer: says what happened and offers a retry. */
export function Crash({ error, reset }: { readonly error: unknown; readonly reset: () => void }): ReactElement {
  const { t } = useTranslation('shell');
  const router = useRouter();
  const { code, message, hint } = asBridgeError(error);
  const again = () => {
    queryClient.removeQueries({ queryKey: ['session'] });
    reset();
    void router.invalidate();
  };
  return (
    <div className="md-center">
      <StateBlock kind="down" title={message} code={code} action={<Button onClick={again}>{t('retry')}</Button>}>
        {hint ?? t('crashHint')}
      </StateBlock>
    </div>
  );
}
