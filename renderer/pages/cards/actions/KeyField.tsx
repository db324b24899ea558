import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call } from '../../../bridge';
import type { CardRow } from '../../../contract';

/** The typed text and the card with that key; the card is null if none was found. */
export interface TypedKey {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly card: CardRow | null;
  /** Why no card was found, as a text for people. */
  readonly problem: string | null;
}

/** Looks up a key after it was typed or pasted. The text is dropped when the dialog closes. */
export function useTypedKey(): TypedKey {
  const { t } = useTranslation('cards');
  const [text, setText] = useState('');
  const [rested] = useDebouncedValue(text.trim(), 300);
  const { data, error } = useQuery({
    queryKey: ['change', 'key', rested],
    queryFn: ({ signal }) => call('cards.find', { text: rested }, { signal }),
    enabled: rested !== '',
    gcTime: 0,
  });
  const current = rested === text.trim() ? data : undefined;
  const problem =
    error !== null && current === undefined
      ? asBridgeError(error).message
      : current === undefined || current.found
        ? null
        : current.why === 'several'
          ? t('find.several', { count: current.cards.length })
          : t(`find.${current.why}`);
  return { text, onText: setText, card: current?.found === true ? current.card : null, problem };
}

/** The field for a key. It reports a wrong check character or an unknown key immediately. */
export function KeyField({ typed }: { readonly typed: TypedKey }): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <TextInput
      className="md-grow"
      classNames={{ input: 'md-mono' }}
      size="xs"
      label={t('bind.key')}
      description={t('bind.keyHint')}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      value={typed.text}
      error={typed.problem}
      autoComplete="off"
      spellCheck={false}
      maxLength={200}
      onChange={(event) => typed.onText(event.currentTarget.value)}
      data-autofocus
    />
  );
}
