import { ActionIcon, TextInput } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactElement, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../actions';
import { focusList } from '../focus';
import { keysWait, useHotkeys } from '../hotkeys';

export interface SearchFieldProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly placeholder: string;
  /** The maximum length. */
  readonly most: number;
}

/**
 * The search box (`/`). It waits for a typing pause, so that the list is not queried for every letter. Whoever leaves
 * it goes on with the rows that were searched for: the list is asked at once, and the page's keys wait for it.
 */
export function SearchField({ search, onSearch, placeholder, most }: SearchFieldProps): ReactElement {
  const { t } = useTranslation('filters');
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search);
  // True while an input method composes a text; that text is not searched yet.
  const [composing, setComposing] = useState(false);
  const sent = useRef(search);
  const shown = useRef<() => void>(undefined);
  useEffect(() => {
    shown.current?.();
    if (search === sent.current) return;
    sent.current = search;
    setText(search);
  }, [search]);
  const send = useCallback(
    (wanted: string) => {
      if (wanted === sent.current) return;
      sent.current = wanted;
      shown.current = keysWait();
      onSearch(wanted);
    },
    [onSearch],
  );
  useEffect(() => {
    if (composing) return undefined;
    const timer = setTimeout(() => send(text.trim()), 200);
    return () => clearTimeout(timer);
  }, [text, composing, send]);
  const focusField = () => input.current?.select();
  useHotkeys([{ keys: '/', run: focusField }]);
  useActions(() => ({ 'list.search': { run: focusField } }));

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || (event.key !== 'Escape' && event.key !== 'Enter')) return;
    event.preventDefault();
    if (event.key === 'Escape' && text !== '') setText('');
    else focusList();
  };
  return (
    <TextInput
      ref={input}
      className="md-search"
      size="xs"
      aria-label={placeholder}
      placeholder={placeholder}
      value={text}
      maxLength={most}
      spellCheck={false}
      onChange={(event) => setText(event.currentTarget.value)}
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={() => setComposing(false)}
      onKeyDown={onKeyDown}
      onBlur={() => (composing ? undefined : send(text.trim()))}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        text === '' ? (
          <kbd className="md-key" aria-hidden>
            /
          </kbd>
        ) : (
          <ActionIcon size={20} variant="subtle" color="gray" aria-label={t('clearSearch')} onClick={() => setText('')}>
            <IconX size={13} />
          </ActionIcon>
        )
      }
    />
  );
}
