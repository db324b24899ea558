import { Modal } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useHotkeys } from '../ui/hotkeys';
import { Kbd } from '../ui/Kbd';
import { pages } from './pages';

const groups = [
  {
    key: 'everywhere',
    keys: [
      ['Ctrl K', 'anything'],
      ['/', 'search'],
      ['f', 'filter'],
      ['e', 'export'],
      ['r', 'refresh'],
      ['Esc', 'close'],
      ['?', 'thisList'],
    ],
  },
  {
    key: 'inLists',
    keys: [
      ['j k', 'move'],
      ['Enter', 'open'],
      ['x', 'choose'],
      ['Shift ↑ ↓', 'range'],
      ['Ctrl A', 'all'],
      ['Ctrl C', 'copy'],
    ],
  },
  {
    key: 'users',
    keys: [
      ['b', 'ban'],
      ['u', 'unban'],
    ],
  },
] as const;

/** The list of all keyboard shortcuts. `?` opens it. */
export function ShortcutsList({ opened, onClose }: { readonly opened: boolean; onClose(): void }): ReactElement {
  const { t } = useTranslation('shortcuts');
  const { t: shell } = useTranslation('shell');
  useHotkeys([{ keys: '?', run: onClose }], { enabled: opened, over: 'dialog' });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('title')}
      size={640}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <div className="md-shortcuts">
        {groups.map((group) => (
          <section key={group.key}>
            <h3 className="md-group">{t(group.key)}</h3>
            {group.keys.map(([keys, what]) => (
              <div className="md-shortcut" key={keys}>
                <span>{t(what)}</span>
                <Kbd keys={keys} />
              </div>
            ))}
          </section>
        ))}
        <section>
          <h3 className="md-group">{t('goTo')}</h3>
          {pages.map(({ key, letter }) => (
            <div className="md-shortcut" key={key}>
              <span>{shell('title', { ns: key })}</span>
              <Kbd keys={`g ${letter}`} />
            </div>
          ))}
        </section>
      </div>
    </Modal>
  );
}
