import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import type { Diagnosis, Input } from '../../contract';

/** Tests a connection on demand, and again when the language changes, because the main process writes the messages. */
export function useConnectionTest(
  input: () => Input<'connections.test'>,
): UseMutationResult<readonly Diagnosis[], Error, void> {
  const { i18n } = useTranslation();
  const test = useMutation({ mutationFn: (): Promise<readonly Diagnosis[]> => call('connections.test', input()) });
  const said = useRef(i18n.language);
  useEffect(() => {
    if (said.current === i18n.language) return;
    said.current = i18n.language;
    if (!test.isIdle) test.mutate();
  }, [i18n.language, test]);
  return test;
}
