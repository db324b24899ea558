import { ActionIcon, Button, Popover, TextInput } from '@mantine/core';
import { IconFilterPlus, IconSearch, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHotkeys } from './hotkeys';
import { SavedViews } from './SavedViews';

export interface FilterChip {
  readonly id: string;
  /** “state: banned”. */
  readonly label: string;
  onRemove(): void;
  /** Opens the filter's editor again. */
  onEdit?(): void;
}

export interface AddableFilter {
  readonly id: string;
  readonly label: string;
  /** Its editor, shown in a popover; calls `close` when done. */
  editor(close: () => void): ReactNode;
}

export interface FilterViews {
  readonly saved: readonly string[];
  readonly current?: string;
  onApply(name: string): void;
  onSave(name: string): void;
  onRemove(name: string): void;
}

interface SearchBox {
  readonly search: string;
  onSearch(search: string): void;
  readonly placeholder: string;
}

/** The usual search box, or a field of the page's own in its place. */
export type FilterBarProps = FilterLine & (SearchBox | { readonly field: ReactNode });

interface FilterLine {
  readonly chips: readonly FilterChip[];
  readonly filters: readonly AddableFilter[];
  onClear(): void;
  readonly views?: FilterViews;
  /** Anything more, at the right. */
  readonly children?: ReactNode;
}

/** The filter line: search (`/`), chips of active filters, the add-filter menu (`f`), saved views. */
export function FilterBar(props: FilterBarProps): ReactElement {
  const { chips, filters, onClear, views, children } = props;
  const { t } = useTranslation('filters');
  const [adding, setAdding] = useState<string | null>(null);
  return (
    <div className="md-filterbar" role="search">
      {'field' in props ? props.field : <SearchField {...props} />}
      {chips.map((chip) => (
        <span className="md-chip" key={chip.id}>
          {filters.some((filter) => filter.id === chip.id) || chip.onEdit ? (
            <button
              type="button"
              className="md-chip-label"
              onClick={() => (chip.onEdit ? chip.onEdit() : setAdding(chip.id))}
            >
              {chip.label}
            </button>
          ) : (
            <span className="md-chip-label">{chip.label}</span>
          )}
          <button
            type="button"
            className="md-chip-x"
            aria-label={t('remove', { filter: chip.label })}
            onClick={chip.onRemove}
          >
            <IconX size={12} aria-hidden />
          </button>
        </span>
      ))}
      {filters.length === 0 ? null : <AddFilter filters={filters} state={adding} onState={setAdding} />}
      {chips.length === 0 ? null : (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
          {t('clear')}
        </Button>
      )}
      <span className="md-grow" />
      {children}
      {views ? <SavedViews {...views} /> : null}
    </div>
  );
}

/** The search box. It waits until typing pauses, so that a list is asked once a word, not once a letter. */
function SearchField({ search, onSearch, placeholder }: SearchBox): ReactElement {
  const { t } = useTranslation('filters');
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search);
  const sent = useRef(search);
  useEffect(() => {
    if (search === sent.current) return;
    sent.current = search;
    setText(search);
  }, [search]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = wanted;
      onSearch(wanted);
    }, 200);
    return () => clearTimeout(timer);
  }, [text, onSearch]);
  useHotkeys([{ keys: '/', run: () => input.current?.select() }]);

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Escape' && event.key !== 'Enter') return;
    event.preventDefault();
    if (event.key === 'Escape' && text !== '') setText('');
    else event.currentTarget.blur();
  };
  return (
    <TextInput
      ref={input}
      className="md-search"
      size="xs"
      aria-label={placeholder}
      placeholder={placeholder}
      value={text}
      maxLength={50}
      spellCheck={false}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={onKeyDown}
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

interface AddFilterProps {
  readonly filters: readonly AddableFilter[];
  /** null: closed. '': the list. Else the editor of that filter. */
  readonly state: string | null;
  onState(state: string | null): void;
}

function AddFilter({ filters, state, onState }: AddFilterProps): ReactElement {
  const { t } = useTranslation('filters');
  useHotkeys([{ keys: 'f', run: () => onState('') }]);
  const editing = filters.find((filter) => filter.id === state);
  const close = () => onState(null);
  return (
    <Popover
      opened={state !== null}
      onChange={(opened) => (opened ? undefined : close())}
      position="bottom-start"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconFilterPlus size={14} aria-hidden />}
          onClick={() => onState(state === null ? '' : null)}
          title="f"
        >
          {t('add')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="md-filter-editor" aria-label={editing?.label ?? t('add')}>
        {editing ? (
          <>
            <div className="md-filter-title">{editing.label}</div>
            {editing.editor(close)}
          </>
        ) : (
          <div className="md-filter-list">
            {filters.map((filter) => (
              <button type="button" key={filter.id} className="md-item" onClick={() => onState(filter.id)}>
                {filter.label}
              </button>
            ))}
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
