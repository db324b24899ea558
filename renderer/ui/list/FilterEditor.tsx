import { Checkbox, type ComboboxProps, Group, Select, TagsInput } from '@mantine/core';
import { type ReactElement, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckedField, useProblem } from '../CheckedField';
import { DayRange } from '../DayRange';
import { formatNumber } from '../NumberCell';
import type { Words } from '../words';
import { mostValues, textOf, wholeOf } from '../search-params';
import { parseId, parseWhole } from '../typed';
import { WholeField } from '../WholeField';
import { AnyOf, OneOf } from './Choices';
import { FilterForm } from './FilterForm';
import type { Choice, Editor, RawAddress } from './filters';

export interface FilterEditorProps<E extends Editor = Editor> {
  readonly editor: E;
  readonly label: string;
  /** The present values in the address. */
  readonly search: RawAddress;
  readonly change: (patch: RawAddress) => void;
  readonly close: () => void;
  /** The texts of this list. */
  readonly own: Words;
  /** The values known to the server. */
  readonly choices: readonly Choice[];
  /** A hint about what can be typed: `filter.<id>Hint`. */
  readonly hint: string;
}

type EditorOf<E, Kind> = E extends { readonly kind: infer Kinds } ? (Kind extends Kinds ? E : never) : never;
type Of<Kind extends Editor['kind']> = FilterEditorProps<EditorOf<Editor, Kind>>;

const editors: { readonly [K in Editor['kind']]: (props: Of<K>) => ReactElement } = {
  oneOf: OneOfEditor,
  anyOf: AnyOfEditor,
  tags: TagsEditor,
  choice: ChoiceEditor,
  text: TextEditor,
  range: RangeEditor,
  days: DaysEditor,
};

/** The editor of a filter, in a panel. It changes the address, and the list follows the address. */
export function FilterEditor(props: FilterEditorProps): ReactElement {
  const Kind = editors[props.editor.kind] as (props: FilterEditorProps) => ReactElement;
  return <Kind {...props} />;
}

/** The options stay inside the panel, and move when the window gets too small for their place. */
const inPanel = { withinPortal: false, preventPositionChangeWhenVisible: false } as const;

/** Beside the field, because the button is below it; in a small window where there is room. */
const besideField: ComboboxProps = {
  ...inPanel,
  position: 'right-start',
  offset: 16,
  middlewares: { flip: { fallbackPlacements: ['left-start', 'bottom-start', 'top-start'] } },
};

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');

function OneOfEditor({ editor, label, search, change, close, own }: Of<'oneOf'>): ReactElement {
  const { part, choices, word } = editor;
  return (
    <OneOf
      label={label}
      choices={choices.map((value) => ({ value, label: own(`${word}.${value}`) }))}
      chosen={textOf(search[part], 100)}
      onChoose={(value) => change({ [part]: value })}
      onDone={close}
    />
  );
}

function AnyOfEditor({ editor, search, change, own }: Of<'anyOf'>): ReactElement {
  const { part, choices, word } = editor;
  return (
    <AnyOf
      choices={choices.map((value) => ({ value, label: own(`${word}.${value}`) }))}
      chosen={listOf(search[part])}
      onChange={(chosen) => change({ [part]: chosen })}
    />
  );
}

function TagsEditor({ editor, label, search, change, close, choices, hint }: Of<'tags'>): ReactElement {
  const { t } = useTranslation('filters');
  const input = useRef<HTMLInputElement>(null);
  const [tags, setTags] = useState([...listOf(search[editor.part])]);
  const tooMany = tags.length > mostValues ? t('tooMany', { count: mostValues }) : null;
  const problem = tags.some((tag) => tag.length > editor.most) ? t('tooLong', { count: editor.most }) : tooMany;
  useProblem(input, problem);
  const patch = () => ({ [editor.part]: tags });
  return (
    <FilterForm change={change} close={close} patch={patch}>
      <TagsInput
        ref={input}
        size="xs"
        aria-label={label}
        placeholder={hint}
        data={choices.map(({ value }) => value)}
        value={tags}
        onChange={setTags}
        error={problem}
        acceptValueOnBlur
        clearable
        comboboxProps={besideField}
      />
    </FilterForm>
  );
}

function ChoiceEditor({ editor, label, search, change, close, choices, hint }: Of<'choice'>): ReactElement {
  const { part, none } = editor;
  const choose = (value: string | null) => {
    const isNone = none !== null && value === '';
    change({
      [part]: isNone ? undefined : (value ?? undefined),
      ...(none === null ? {} : { [none]: isNone || undefined }),
    });
    close();
  };
  const counts = new Map(choices.map(({ value, count }) => [value, count]));
  return (
    <Select
      size="xs"
      searchable
      aria-label={label}
      placeholder={hint}
      data={choices.map(({ value, label: name }) => ({ value, label: name }))}
      value={none !== null && search[none] === true ? '' : (textOf(search[part], 100) ?? null)}
      onChange={choose}
      comboboxProps={inPanel}
      // The list itself scrolls: the arrow keys of the field move through it.
      withScrollArea={false}
      classNames={{ options: 'md-filter-options' }}
      {...(choices.every(({ count }) => count === undefined)
        ? {}
        : {
            renderOption: ({ option }) => (
              <span className="md-filter-option">
                <span className="md-ellipsis">{option.label}</span>
                <span className="md-num md-dim">{formatNumber(counts.get(option.value) ?? 0)}</span>
              </span>
            ),
          })}
    />
  );
}

function TextEditor({ editor, label, search, change, close, hint }: Of<'text'>): ReactElement {
  const { t } = useTranslation('filters');
  const { part, most, digits } = editor;
  const [text, setText] = useState(textOf(search[part], most) ?? '');
  const isEmpty = text.trim() === '';
  const id = digits ? parseId(text) : null;
  const tooLong = !digits && text.length > most ? t('tooLong', { count: most }) : null;
  const patch = () => ({ [part]: isEmpty ? undefined : (id ?? text) });
  return (
    <FilterForm change={change} close={close} patch={patch}>
      <CheckedField
        aria-label={label}
        placeholder={hint}
        {...(digits ? { inputMode: 'numeric' } : {})}
        value={text}
        onChange={setText}
        problem={digits && !isEmpty && id === null ? t('id', { count: most }) : tooLong}
      />
    </FilterForm>
  );
}

function RangeEditor({ editor, search, change, close }: Of<'range'>): ReactElement {
  const { t } = useTranslation('filters');
  const written = (value: unknown) => (wholeOf(value) === undefined ? '' : formatNumber(wholeOf(value) ?? 0));
  const [min, setMin] = useState(written(search[editor.min]));
  const [max, setMax] = useState(written(search[editor.max]));
  const [least, most] = [parseWhole(min), parseWhole(max)];
  const patch = () => ({ [editor.min]: least ?? undefined, [editor.max]: most ?? undefined });
  return (
    <FilterForm change={change} close={close} patch={patch}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <WholeField label={t('min')} value={min} onChange={setMin} />
        <WholeField
          label={t('max')}
          value={max}
          onChange={setMax}
          problem={least !== null && most !== null && most < least ? t('order') : null}
        />
      </Group>
    </FilterForm>
  );
}

function DaysEditor({ editor, search, change, close, own }: Of<'days'>): ReactElement {
  const { from, to, ahead, never: part } = editor;
  const [days, setDays] = useState({ from: textOf(search[from], 14) ?? '', to: textOf(search[to], 14) ?? '' });
  const [never, setNever] = useState(part !== null && search[part] === true);
  const patch = () => {
    const range = never ? { [from]: undefined, [to]: undefined } : { [from]: days.from, [to]: days.to };
    return { ...range, ...(part === null ? {} : { [part]: never || undefined }) };
  };
  return (
    <FilterForm change={change} close={close} patch={patch}>
      <DayRange range={days} onChange={setDays} ahead={ahead} disabled={never} />
      {part === null ? null : (
        <Checkbox
          size="xs"
          label={own(`filter.${part}Only`)}
          checked={never}
          onChange={(event) => setNever(event.currentTarget.checked)}
        />
      )}
    </FilterForm>
  );
}
