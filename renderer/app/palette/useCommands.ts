import { IconAdjustments, type IconProps, IconListSearch, IconPlugConnected } from '@tabler/icons-react';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../state/toast';
import { awaitAction, type Command, offeredAction, type Place } from '../../ui/actions';
import { commands as listCommands } from '../../ui/list/commands';
import { commands as windowCommands } from '../commands';
import { domainsInOrder, pages } from '../pages';
import { useLimits } from './limits';
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

/** A text by its key with its domain. test/unit/ui/commands.test.ts checks that the keys exist. */
function useText(): (key: string, options?: object) => string {
  const { t } = useTranslation();
  return (key, options = {}) => (t as (key: string, options: object) => string)(key, options);
}

const languages = ['zh-CN', 'en'] as const;

/**
 * Everything that the operator can start: open a page, do something of a page, or set the window. What a command does
 * is offered by the page; if that is not on the screen, the command opens it first.
 */
export function useCommands(): readonly Entry[] {
  const text = useText();
  const navigate = useNavigate();
  const here = useRouterState({ select: (state) => state.location.pathname });
  const { allows, reason } = useLimits();
  const go = ({ to, search }: Place) => void navigate({ to, search: { ...search } });
  const named = (keys: readonly string[], words = ''): Pick<Entry, 'label' | 'names' | 'words'> => ({
    label: keys.map((key) => text(key)).join(' › '),
    // A tab is found by its own name, not by that of its page.
    names: languages.map((lng) => text(keys.at(-1) ?? '', { lng })),
    words: [words, ...keys.slice(0, -1).flatMap((key) => languages.map((lng) => text(key, { lng })))].join(' '),
  });
  const page = (
    keys: readonly string[],
    to: Place,
    rest: Pick<Entry, 'id' | 'icon' | 'keys'>,
    words?: string,
  ): Entry => ({
    ...rest,
    ...named(keys, words),
    group: 'pages',
    heading: text('shell:group_pages'),
    run: () => go(to),
  });
  const start = ({ id, at, choose, name }: Command) => {
    const action = offeredAction(id);
    if (action !== null) return action.run();
    if (at === undefined) return undefined;
    // The list keeps its filter if it is on the screen already.
    if (at.to !== here || at.search !== undefined) go(at);
    if (choose === undefined) awaitAction(id);
    else toast(text('shell:chooseFirst', { name: text(name), choose: text(choose) }));
    return undefined;
  };
  const entries = (list: readonly Command[], group: string, heading: string, icon: Entry['icon']) =>
    list.filter(allows).flatMap((command): Entry[] => {
      const { id, at, keys, name, words, choose } = command;
      const action = offeredAction(id);
      if (action === null && at === undefined) return [];
      const notes = [action === null ? choose && text(choose) : action.on, reason(command)];
      const note = notes.filter((one) => one !== undefined && one !== null).join(' · ');
      return [
        {
          id,
          group,
          heading,
          ...named([name], words),
          ...(keys === undefined ? {} : { keys }),
          ...(note === '' ? {} : { note }),
          icon,
          run: () => start(command),
        },
      ];
    });

  return [
    ...pages.flatMap(({ to, key, letter, icon }) => [
      page([`${key}:title`], { to }, { id: key, icon, keys: `g ${letter}` }),
      ...(domainsInOrder.find((domain) => domain.key === key)?.tabs ?? []).map(({ id, names, words, at }) =>
        page(names, at, { id: `tab ${id}`, icon }, words),
      ),
    ]),
    ...entries(listCommands, 'here', text('shell:group_here'), IconListSearch),
    ...domainsInOrder.flatMap(({ key, commands }) =>
      entries(commands, key, text(`${key}:title`), pages.find((one) => one.key === key)?.icon ?? IconPlugConnected),
    ),
    ...entries(windowCommands, 'window', text('shell:group_window'), IconAdjustments),
  ];
}
