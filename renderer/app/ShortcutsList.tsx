import { Modal } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keysOfPage, useHotkeys } from '../ui/hotkeys';
import { Kbd } from '../ui/Kbd';
import { keyGroups, type ListedKeys, printed } from '../ui/keys';
import { domainsInOrder, pages } from './pages';

interface Line extends Pick<ListedKeys, 'keys' | 'along'> {
  readonly text: string;
  /** True if it works wherever it can be seen. */
  readonly always?: boolean;
}

/** Keys of lists, which commands of the pages have as well. */
const shared = new Set<string>(keyGroups.flatMap(({ keys }) => keys.flatMap((one) => [...one.keys])));

/** The list of all keyboard shortcuts. `?` opens it. */
export function ShortcutsList({ opened, onClose }: { readonly opened: boolean; onClose(): void }): ReactElement {
  const { t } = useTranslation('shortcuts');
  useHotkeys([{ keys: '?', run: onClose }], { enabled: opened, over: 'dialog' });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('title')}
      size={720}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Groups />
    </Modal>
  );
}

/** Keys by where they work. Those that do nothing on the page behind are paler. */
function Groups(): ReactElement {
  const { t } = useTranslation('shortcuts');
  const { t: text } = useTranslation();
  const say = text as unknown as (key: string) => string;
  const [here] = useState(keysOfPage);
  return (
    <div className="md-shortcuts">
      {keyGroups.map(({ key, keys }) => (
        <Group
          key={key}
          title={t(key)}
          here={here}
          lines={keys.map((one) => ({ always: key !== 'inLists', ...one, text: t(one.what) }))}
        />
      ))}
      {domainsInOrder.map(({ key, commands }) => (
        <Group
          key={key}
          title={say(`${key}:title`)}
          here={here}
          lines={commands.flatMap(({ keys, name }) =>
            keys === undefined || shared.has(keys) ? [] : [{ keys: [keys], text: say(name) }],
          )}
        />
      ))}
      <Group
        title={t('goTo')}
        here={here}
        lines={pages.map(({ key, letter }) => ({ keys: [`g ${letter}`], text: say(`${key}:title`), always: true }))}
      />
    </div>
  );
}

interface GroupProps {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly here: ReadonlySet<string>;
}

function Group({ title, lines, here }: GroupProps): ReactElement | null {
  const { t } = useTranslation('shortcuts');
  if (lines.length === 0) return null;
  return (
    <section>
      <h3 className="md-group">{title}</h3>
      {lines.map(({ keys, along, text, always = false }) => {
        const off = !always && !(along === undefined ? keys : [along]).some((one) => here.has(one));
        return (
          <div className="md-shortcut" key={text} data-off={off || undefined}>
            <span>
              {text}
              {off ? <span className="md-hidden"> {t('notHere')}</span> : null}
            </span>
            <Kbd keys={printed(keys)} />
          </div>
        );
      })}
    </section>
  );
}
