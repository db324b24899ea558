import { ActionIcon, Loader, Popover, TextInput } from '@mantine/core';
import { IconKey, IconX } from '@tabler/icons-react';
import { type ClipboardEvent, type KeyboardEvent, type ReactElement, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice, toast, useHotkeys } from '../../../ui';
import { useActions } from '../../../ui/actions';
import { useFindCard } from '../useFindCard';
import { SeveralKeys } from './SeveralKeys';

/** The maximum length of a paste. */
const most = 4_000;

/** Looks up a pasted key, in any notation. It opens the card's drawer, or says why no card was found. */
export function KeySearch({ onFound }: { readonly onFound: (id: string) => void }): ReactElement {
  const { t } = useTranslation('cards');
  const { t: filters } = useTranslation('filters');
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const { find, searching, other, error, forget } = useFindCard((card, how) => {
    setText('');
    if (how === 'mended' || how === 'beginning') toast(t(`find.${how}`));
    onFound(card.id);
  });
  const focusField = () => input.current?.select();
  useHotkeys([{ keys: '/', run: focusField }]);
  useActions(() => ({ 'cards.find': { run: focusField }, 'list.search': { run: focusField } }));

  const type = (typed: string) => {
    setText(typed);
    forget();
  };
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData('text').trim();
    // A text that is pasted into existing text is looked up only after Enter.
    if (pasted === '' || (text !== '' && !isWholeSelected(event.currentTarget))) return;
    event.preventDefault();
    // The field has one line: what was between lines must not disappear.
    setText(pasted.slice(0, most).replaceAll(/[\r\n]+/gu, '; '));
    find(pasted.slice(0, most));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || (event.key !== 'Escape' && event.key !== 'Enter')) return;
    event.preventDefault();
    if (event.key === 'Enter') {
      if (text.trim() !== '') find(text.trim());
    } else if (text === '') event.currentTarget.blur();
    else type('');
  };
  return (
    <Popover
      opened={other !== null || error !== null}
      onChange={(opened) => (opened ? undefined : forget())}
      position="bottom-start"
      width={360}
      trapFocus={false}
      withRoles={false}
      // Several cards are chosen from by Tab: the list comes behind the field.
      withinPortal={false}
    >
      <Popover.Target>
        <TextInput
          ref={input}
          className="md-search md-cards-search"
          size="xs"
          aria-label={t('find.label')}
          placeholder={t('find.label')}
          value={text}
          maxLength={most}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => type(event.currentTarget.value)}
          onPaste={onPaste}
          onKeyDown={onKeyDown}
          leftSection={<IconKey size={14} aria-hidden />}
          rightSection={
            searching ? (
              <Loader size={14} aria-label={t('find.searching')} />
            ) : text === '' ? (
              <kbd className="md-key" aria-hidden>
                /
              </kbd>
            ) : (
              <ActionIcon
                size={20}
                variant="subtle"
                color="gray"
                aria-label={filters('clearSearch')}
                onClick={() => type('')}
              >
                <IconX size={13} />
              </ActionIcon>
            )
          }
        />
      </Popover.Target>
      <Popover.Dropdown role="alert">
        {other === null ? null : other.why === 'several' ? (
          <SeveralKeys found={other} onOpen={onFound} />
        ) : (
          <>
            <div className="md-strong">{t(`find.${other.why}`)}</div>
            <div className="md-text-2">{t(`find.${other.why}Hint`)}</div>
          </>
        )}
        <ErrorNotice error={error} />
      </Popover.Dropdown>
    </Popover>
  );
}

function isWholeSelected(field: HTMLInputElement): boolean {
  return field.selectionStart === 0 && field.selectionEnd === field.value.length;
}
