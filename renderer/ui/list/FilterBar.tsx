import { Button } from '@mantine/core';
import { IconFilterPlus, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactElement, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../actions';
import { useFocusMoves } from '../focus';
import { useHotkeys } from '../hotkeys';
import { Panel } from '../Panel';
import { useWords, type Words } from '../words';
import { FilterEditor } from './FilterEditor';
import type { Choice, Filter, RawAddress } from './filters';
import { type FilterViews, SavedViews } from './SavedViews';

/** For each filter id, a hook that returns the values known to the server. It runs only where they are needed. */
export type ChoicesOf = Readonly<Record<string, () => readonly Choice[]>>;

export interface FilterBarProps {
  readonly filters: readonly Filter[];
  readonly search: RawAddress;
  readonly change: (patch: RawAddress) => void;
  readonly clear: () => void;
  /** The texts of this list. */
  readonly own: Words;
  readonly choicesOf: ChoicesOf;
  readonly views: FilterViews;
  /** The search box. */
  readonly field: ReactNode;
  /** Further elements at the right end. */
  readonly children?: ReactNode;
}

const none = (): readonly Choice[] => [];

/** The filter line: search (`/`), chips of the active filters, the menu to add a filter (`f`), saved views. */
export function FilterBar(props: FilterBarProps): ReactElement {
  const { filters, search, clear, views, field, children } = props;
  const { t } = useTranslation('filters');
  /** null: closed. '': the list of filters. Otherwise: the editor of that filter. */
  const [adding, setAdding] = useState<string | null>(null);
  const used = filters.filter(({ parts }) => parts.some((part) => search[part] !== undefined));
  return (
    <div className="md-filterbar" role="search">
      {field}
      {used.map((filter) => (
        <Chip key={filter.id} filter={filter} {...props} onEdit={() => setAdding(filter.id)} />
      ))}
      <AddFilter {...props} state={adding} onState={setAdding} />
      {used.length === 0 ? null : (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          onClick={(event) => {
            addButton(event.currentTarget)?.focus();
            clear();
          }}
        >
          {t('clear')}
        </Button>
      )}
      <span className="md-grow" />
      {children}
      <SavedViews {...views} />
    </div>
  );
}

/** The chip disappears, so the focus moves to the same button of the next chip, or to the one that adds a filter. */
function focusNext(chip: HTMLElement): void {
  const same = document.activeElement?.matches('.md-chip-x') === true ? '.md-chip-x' : '.md-chip-label';
  (chip.nextElementSibling?.querySelector<HTMLElement>(same) ?? addButton(chip))?.focus();
}

const addButton = (inside: HTMLElement): HTMLElement | null =>
  inside.closest('.md-filterbar')?.querySelector<HTMLElement>('[data-add-filter]') ?? null;

interface ChipProps extends FilterBarProps {
  readonly filter: Filter;
  readonly onEdit: () => void;
}

/** "State: banned ×". Press it to change the filter. */
function Chip({ filter, search, change, own, choicesOf, onEdit }: ChipProps): ReactElement | null {
  const { t } = useTranslation('filters');
  const { [filter.id]: useChoices = none } = choicesOf;
  const chip = useRef<HTMLSpanElement>(null);
  useFocusMoves(chip, focusNext);
  const value = filter.chip(search, { own, shared: useWords('filters'), choices: useChoices() });
  if (value === null) return null;
  const label = t('chip', { name: own(`filter.${filter.id}`), value });
  return (
    <span className="md-chip" ref={chip}>
      <button type="button" className="md-chip-label" title={label} onClick={onEdit}>
        {label}
      </button>
      <button
        type="button"
        className="md-chip-x"
        aria-label={t('remove', { filter: label })}
        onClick={() => change(Object.fromEntries(filter.parts.map((part) => [part, undefined])))}
      >
        <IconX size={12} aria-hidden />
      </button>
    </span>
  );
}

interface AddFilterProps extends FilterBarProps {
  readonly state: string | null;
  readonly onState: (state: string | null) => void;
}

function AddFilter(props: AddFilterProps): ReactElement {
  const { filters, own, state, onState } = props;
  const { t } = useTranslation('filters');
  const open = () => onState('');
  useHotkeys([{ keys: 'f', run: open }]);
  useActions(() => ({ 'list.filter': { run: open } }));
  const editing = filters.find((filter) => filter.id === state);
  const close = () => onState(null);
  const title = editing === undefined ? t('add') : own(`filter.${editing.id}`);
  return (
    <Panel
      opened={state !== null}
      onClose={close}
      step={state ?? ''}
      label={title}
      className={editing === undefined ? 'md-filter-editor md-panel-scroll' : 'md-filter-editor'}
      target={
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconFilterPlus size={14} aria-hidden />}
          onClick={() => onState(state === null ? '' : null)}
          title="f"
          data-add-filter
        >
          {t('add')}
        </Button>
      }
    >
      {editing === undefined ? (
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the arrows go between the buttons, which can be reached by Tab as well
        <div className="md-filter-list" onKeyDown={onArrow}>
          {filters.map(({ id }) => (
            <button type="button" key={id} className="md-item" onClick={() => onState(id)}>
              {own(`filter.${id}`)}
            </button>
          ))}
        </div>
      ) : (
        <>
          <div className="md-filter-title">{title}</div>
          <ChosenEditor key={editing.id} {...props} filter={editing} label={title} close={close} />
        </>
      )}
    </Panel>
  );
}

function ChosenEditor({
  filter,
  label,
  search,
  change,
  own,
  choicesOf,
  close,
}: FilterBarProps & { readonly filter: Filter; readonly label: string; readonly close: () => void }): ReactElement {
  const { [filter.id]: useChoices = none } = choicesOf;
  const { editor, id } = filter;
  const hint = editor.kind === 'text' || editor.kind === 'tags' || editor.kind === 'choice';
  return (
    <FilterEditor
      editor={editor}
      label={label}
      search={search}
      change={change}
      close={close}
      own={own}
      choices={useChoices()}
      hint={hint ? own(`filter.${id}Hint`) : ''}
    />
  );
}

function onArrow(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  event.preventDefault();
  const items = [...event.currentTarget.querySelectorAll('button')];
  const at = items.findIndex((item) => item === document.activeElement);
  items.at((at + (event.key === 'ArrowDown' ? 1 : -1)) % items.length)?.focus();
}
