import { Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactElement, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHotkeys } from '../../ui/hotkeys';
import { Kbd } from '../../ui/Kbd';
import { useCardLookup } from './useCardLookup';
import { type Command, useCommands } from './useCommands';
import { useUserLookup } from './useUserLookup';

interface PaletteProps {
  readonly opened: boolean;
  onClose(): void;
  onShortcuts(): void;
}

/** The command palette (Ctrl+K). It finds a page, an action, a user by name, or a card key that is pasted. */
export function Palette({ opened, onClose, onShortcuts }: PaletteProps): ReactElement {
  const { t } = useTranslation('shell');
  useHotkeys([{ keys: 'mod+k', run: onClose, inFields: true }], { enabled: opened, over: 'dialog' });
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      lockScroll={false}
      transitionProps={{ transition: 'fade', duration: 100 }}
      yOffset="12vh"
      size={600}
      padding={0}
    >
      <Modal.Overlay backgroundOpacity={0.4} />
      <Modal.Content aria-label={t('searchAnything')}>
        <Modal.Body>
          <PaletteBody onClose={onClose} onShortcuts={onShortcuts} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function PaletteBody({ onClose, onShortcuts }: Omit<PaletteProps, 'opened'>): ReactElement {
  const { t } = useTranslation('shell');
  const listId = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const commands = useCommands(onShortcuts);
  // What an input method still composes is nobody's name.
  const [composing, setComposing] = useState(false);
  const { users, busy } = useUserLookup(composing ? '' : text, true);
  const cards = useCardLookup(composing ? '' : text);
  const wanted = text.trim().toLowerCase();
  const found = [
    ...cards,
    ...commands.filter((command) => `${command.label} ${command.words}`.toLowerCase().includes(wanted)),
    ...users,
  ];
  const active = Math.min(at, found.length - 1);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) setAt((active + step + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') run(found[active]);
    else return;
    event.preventDefault();
  };

  return (
    <>
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
        {found.map((command, index) => (
          <PaletteItem
            key={command.id}
            id={`${listId}-${index}`}
            command={command}
            active={index === active}
            first={found[index - 1]?.group !== command.group}
            onHover={() => setAt(index)}
            onRun={() => run(command)}
          />
        ))}
      </div>
      {found.length === 0 ? <div className="md-palette-none">{busy ? t('lookingUp') : t('paletteNone')}</div> : null}
    </>
  );
}

interface PaletteItemProps {
  readonly id: string;
  readonly command: Command;
  readonly active: boolean;
  /** True for the first command of its group: the group's heading is shown above it. */
  readonly first: boolean;
  onHover(): void;
  onRun(): void;
}

function PaletteItem({ id, command, active, first, onHover, onRun }: PaletteItemProps): ReactElement {
  const { t } = useTranslation('shell');
  const Icon = command.icon;
  const item = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (active) item.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <>
      {first ? (
        <div className="md-group" role="presentation">
          {t(`group_${command.group}`)}
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
        onPointerMove={onHover}
        onClick={onRun}
      >
        <Icon size={16} stroke={1.7} aria-hidden />
        <span className="md-ellipsis md-grow">{command.label}</span>
        {command.keys === undefined ? null : <Kbd keys={command.keys} />}
      </button>
    </>
  );
}
