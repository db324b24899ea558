import { Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import {
  type KeyboardEvent,
  memo,
  type ReactElement,
  useCallback,
  useDeferredValue,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { operationsQuery } from '../../state/operations';
import { focusBack, focusHolder, isFocusLost } from '../../ui/focus';
import { useHotkeys } from '../../ui/hotkeys';
import { Kbd } from '../../ui/Kbd';
import { printed } from '../../ui/keys';
import { useCardLookup } from './useCardLookup';
import type { syllablesOf } from './pinyin';
import { rank } from './search';
import { type Entry, useCommands } from './useCommands';
import { useUserLookup } from './useUserLookup';

interface PaletteProps {
  readonly opened: boolean;
  onClose(): void;
}

/** More rows than fit into the palette. */
const atFirst = 16;

type Pinyin = typeof syllablesOf;

/** The readings of Chinese characters. They are half as large as the window itself, so they are loaded after it. */
function usePinyin(): Pinyin | null {
  const [pinyin, setPinyin] = useState<Pinyin | null>(null);
  useEffect(() => {
    void import('./pinyin').then((loaded) => setPinyin(() => loaded.syllablesOf));
  }, []);
  return pinyin;
}

/** The entries that fit what was typed. Those of a group stay together, and the group with the best comes first. */
function fitting(entries: readonly Entry[], typed: string, pinyin: Pinyin | null): readonly Entry[] {
  const ranked = entries.flatMap((entry) => {
    const at = rank(typed, entry, pinyin);
    return at === null ? [] : [{ entry, at }];
  });
  const best = new Map<string, number>();
  for (const { entry, at } of ranked) best.set(entry.group, Math.min(at, best.get(entry.group) ?? at));
  const groups = [...best].toSorted(([, a], [, b]) => a - b);
  return groups.flatMap(([group]) =>
    ranked
      .filter(({ entry }) => entry.group === group)
      .toSorted((a, b) => a.at - b.at)
      .map(({ entry }) => entry),
  );
}

/**
 * The command palette (Ctrl+K). It finds a page, an action, a user by name, or a card key that is pasted. Actions are
 * found in Chinese, by pinyin, and in English.
 */
export function Palette({ opened, onClose }: PaletteProps): ReactElement {
  const { t } = useTranslation('shell');
  const pinyin = usePinyin();
  // Read beforehand, so that the palette opens with what the operator may do.
  useQuery(operationsQuery);
  useHotkeys([{ keys: 'mod+k', run: onClose, inFields: true }], { enabled: opened, over: 'dialog' });
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      lockScroll={false}
      returnFocus={false}
      transitionProps={{ transition: 'fade', duration: 100 }}
      yOffset="12vh"
      size={600}
      padding={0}
    >
      <Modal.Overlay backgroundOpacity={0.4} />
      <Modal.Content aria-label={t('searchAnything')}>
        <Modal.Body>
          <PaletteBody opened={opened} pinyin={pinyin} onClose={onClose} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

interface PaletteBodyProps extends PaletteProps {
  readonly pinyin: Pinyin | null;
}

function PaletteBody({ opened, pinyin, onClose }: PaletteBodyProps): ReactElement {
  const { t } = useTranslation('shell');
  const listId = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const commands = useCommands();
  const panel = useRef<HTMLDivElement>(null);
  const back = useFocusBack(opened, panel);
  // What an input method still composes is nobody's name.
  const [composing, setComposing] = useState(false);
  const { named, others, busy } = useUserLookup(composing ? '' : text);
  const cards = useCardLookup(composing ? '' : text);
  const fit = useMemo(() => fitting(commands, text, pinyin), [commands, text, pinyin]);
  // Many an English name has as many letters as a key, and many a user's name looks like one.
  const found = [...fit, ...named, ...cards, ...others];
  const active = Math.min(at, found.length - 1);
  // Enter came before the answer: it means the first that is found for this text.
  const [hurried, setHurried] = useState<string | null>(null);
  // The palette opens with the rows that it has room for; those below follow at once.
  const drawn = useDeferredValue(Number.POSITIVE_INFINITY, atFirst);

  const run = useCallback(
    (entry: Entry) => {
      onClose();
      // What the entry opens gives the focus back to where it was before the palette.
      back();
      entry.run();
    },
    [onClose, back],
  );
  const first = hurried === text && !busy ? found[0] : undefined;
  useEffect(() => {
    if (first === undefined) return;
    setHurried(null);
    run(first);
  }, [first, run]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) setAt((active + step + found.length) % Math.max(1, found.length));
    else if (event.key !== 'Enter') return;
    else if (found[active] !== undefined) run(found[active]);
    else if (busy) setHurried(text);
    event.preventDefault();
  };

  return (
    <div ref={panel}>
      <div className="md-palette-field">
        <IconSearch size={16} aria-hidden />
        <input
          data-autofocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={found[active] ? `${listId}-${active}` : undefined}
          aria-label={t('searchAnything')}
          placeholder={t('palettePlaceholder')}
          value={text}
          maxLength={200}
          spellCheck={false}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onCompositionStart={() => setComposing(true)}
          onCompositionEnd={() => setComposing(false)}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className="md-palette-list" id={listId} role="listbox" aria-label={t('searchAnything')} aria-busy={busy}>
        {found.slice(0, drawn).map((entry, index) => (
          <PaletteItem
            key={`${entry.group} ${entry.id}`}
            id={`${listId}-${index}`}
            index={index}
            entry={entry}
            active={index === active}
            first={found[index - 1]?.group !== entry.group}
            onHover={setAt}
            onRun={run}
          />
        ))}
      </div>
      {found.length === 0 ? <div className="md-palette-none">{busy ? t('lookingUp') : t('paletteNone')}</div> : null}
    </div>
  );
}

/**
 * The focus returns to where it was as soon as the palette closes, unless what it has started took it. The function
 * returns it at once, so that what is opened next remembers the right place.
 */
function useFocusBack(opened: boolean, panel: React.RefObject<HTMLElement | null>): () => void {
  const [before] = useState(focusHolder);
  useLayoutEffect(() => {
    if (!opened) return undefined;
    const element = panel.current;
    return () => {
      if (isFocusLost(element)) focusBack(before);
    };
  }, [opened, panel, before]);
  return useCallback(() => focusBack(before), [before]);
}

interface PaletteItemProps {
  readonly id: string;
  readonly index: number;
  readonly entry: Entry;
  readonly active: boolean;
  /** True for the first entry of its group: the group's heading is shown above it. */
  readonly first: boolean;
  readonly onHover: (index: number) => void;
  readonly onRun: (entry: Entry) => void;
}

const PaletteItem = memo(function PaletteItem(props: PaletteItemProps): ReactElement {
  const { id, index, entry, active, first, onHover, onRun } = props;
  const Icon = entry.icon;
  const item = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (active) item.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <>
      {first ? (
        <div className="md-group" role="presentation">
          {entry.heading}
        </div>
      ) : null}
      <button
        type="button"
        tabIndex={-1}
        id={id}
        ref={item}
        className="md-palette-item"
        role="option"
        aria-selected={active}
        onPointerMove={() => onHover(index)}
        onClick={() => onRun(entry)}
      >
        <Icon size={16} stroke={1.7} aria-hidden />
        <span className="md-palette-name md-ellipsis">{entry.label}</span>
        {entry.note === undefined ? null : <span className="md-palette-note">{entry.note}</span>}
        {entry.keys === undefined ? null : <Kbd keys={printed([entry.keys])} />}
      </button>
    </>
  );
});
