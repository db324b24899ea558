import { IconAdjustments, type IconProps, IconListSearch, IconPlugConnected } from '@tabler/icons-react';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import type { i18n as I18n } from 'i18next';
import { type ComponentType, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '../../contract';
import { currentLanguage } from '../../i18n';
import { toast } from '../../state/toast';
import { type Action, awaitAction, type Command, offeredActions, type Place } from '../../ui/actions';
import { commands as listCommands } from '../../ui/list/commands';
import { commands as windowCommands } from '../commands';
import { domainsInOrder, pages } from '../pages';
import { type Limits, useLimits } from './limits';
import type { Searched } from './search';

/** One line of the palette. */
export interface Entry extends Searched {
  readonly id: string;
  readonly group: string;
  readonly heading: string;
  readonly label: string;
  /** What it acts on, what has to be chosen first, or what hinders it. */
  readonly note?: string;
  readonly keys?: string;
  readonly icon: ComponentType<IconProps>;
  run(): void;
}

/** A text in both languages, by its key with its domain. test/unit/ui/palette-commands.test.ts checks the keys. */
type Both = readonly [zh: string, en: string];
const known = new Map<string, Both>();

function both(i18n: I18n, key: string): Both {
  const found = known.get(key);
  if (found !== undefined) return found;
  const say = (language: Language) => (i18n.getFixedT(language) as (key: string) => string)(key);
  const texts: Both = [say('zh-CN'), say('en')];
  known.set(key, texts);
  return texts;
}

interface Surroundings {
  /** A text in the language of the window. */
  readonly text: (key: string) => string;
  readonly both: (key: string) => Both;
  readonly limits: Limits;
  /** What the screen offered when the palette was opened. */
  readonly offered: Readonly<Record<string, Action>>;
  readonly go: (place: Place) => void;
  readonly start: (command: Command) => void;
}

function named(of: Surroundings, keys: readonly string[], words = ''): Pick<Entry, 'label' | 'names' | 'words'> {
  return {
    label: keys.map(of.text).join(' › '),
    // A tab is found by its own name, and by that of its page only after others.
    names: of.both(keys.at(-1) ?? ''),
    words: [words, ...keys.slice(0, -1).flatMap(of.both)].join(' '),
  };
}

/** The pages of the rail, each followed by its tabs and sections. */
function pageEntries(of: Surroundings): readonly Entry[] {
  const rest = { group: 'pages', heading: of.text('shell:group_pages') };
  return pages.flatMap(({ to, key, letter, icon }) => [
    { ...rest, ...named(of, [`${key}:title`]), id: key, icon, keys: `g ${letter}`, run: () => of.go({ to }) },
    ...(domainsInOrder.find((domain) => domain.key === key)?.tabs ?? []).map(({ id, names, words, at }) => ({
      ...rest,
      ...named(of, names, words),
      id,
      icon,
      run: () => of.go(at),
    })),
  ]);
}

interface Group extends Pick<Entry, 'group' | 'heading' | 'icon'> {
  readonly commands: readonly Command[];
}

function commandEntries(of: Surroundings, { commands, ...group }: Group): readonly Entry[] {
  return commands.filter(of.limits.allows).flatMap((command): Entry[] => {
    const { id, at, keys, name, words, choose } = command;
    const action = of.offered[id];
    if (action === undefined && at === undefined) return [];
    const what = action === undefined ? choose && of.text(choose) : action.on;
    const note = [what, of.limits.reason(command)].filter((one) => one !== undefined && one !== null).join(' · ');
    return [
      {
        ...group,
        ...named(of, [name], words),
        id,
        ...(keys === undefined ? {} : { keys }),
        ...(note === '' ? {} : { note }),
        run: () => of.start(command),
      },
    ];
  });
}

/**
 * Everything that the operator can start: open a page, do something of a page, or set the window. What a command does
 * is offered by the page; if that is not on the screen, the command opens it first.
 */
export function useCommands(): readonly Entry[] {
  const { i18n } = useTranslation();
  const language = currentLanguage();
  const navigate = useNavigate();
  const here = useRouterState({ select: (state) => state.location.pathname });
  const limits = useLimits();
  const [offered] = useState(offeredActions);
  return useMemo(() => {
    const ofBoth = (key: string) => both(i18n, key);
    const text = (key: string) => ofBoth(key)[language === 'en' ? 1 : 0];
    const go = ({ to, search }: Place) => void navigate({ to, search: { ...search } });
    const start = ({ id, at, choose, name }: Command) => {
      const action = offered[id];
      if (action !== undefined) return action.run();
      if (at === undefined) return undefined;
      // The list keeps its filter if it is on the screen already.
      if (at.to !== here || at.search !== undefined) go(at);
      if (choose === undefined) awaitAction(id);
      else toast(i18n.t('shell:chooseFirst', { name: text(name), choose: text(choose) }));
      return undefined;
    };
    const of: Surroundings = { text, both: ofBoth, limits, offered, go, start };
    const groups: readonly Group[] = [
      { group: 'here', heading: text('shell:group_here'), icon: IconListSearch, commands: listCommands },
      ...domainsInOrder.map(({ key, commands }) => ({
        group: key,
        heading: text(`${key}:title`),
        icon: pages.find((page) => page.key === key)?.icon ?? IconPlugConnected,
        commands,
      })),
      { group: 'window', heading: text('shell:group_window'), icon: IconAdjustments, commands: windowCommands },
    ];
    return [...pageEntries(of), ...groups.flatMap((group) => commandEntries(of, group))];
  }, [i18n, language, navigate, here, limits, offered]);
}
