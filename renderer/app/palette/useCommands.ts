import {
  IconChartBar,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoonStars,
  IconPlugConnected,
  type IconProps,
  IconRowInsertBottom,
  IconStack2,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { useSwitchLanguage } from '../../ui/LanguageButton';
import { useSignOut } from '../OperatorMenu';
import { pages } from '../pages';
import { setPreference, usePreferences } from '../../state/preferences';
import { useSwitchTheme } from '../../ui/ThemeButton';

export interface Command {
  readonly id: string;
  readonly group: 'pages' | 'actions' | 'users' | 'cards';
  readonly label: string;
  /** Search words for the command, in both languages. */
  readonly words: string;
  readonly keys?: string;
  readonly icon: ComponentType<IconProps>;
  run(): void;
}

/** All palette commands that need no server: open a page, or change a setting of the console. */
export function useCommands(onShortcuts: () => void): readonly Command[] {
  const { t } = useTranslation('shell');
  const { t: cards } = useTranslation('cards');
  const navigate = useNavigate();
  const language = useSwitchLanguage();
  const theme = useSwitchTheme();
  const signOut = useSignOut();
  const { density } = usePreferences();
  return [
    ...pages.map(({ to, key, letter, icon }): Command => ({
      id: key,
      group: 'pages',
      label: t('title', { ns: key }),
      words: key,
      keys: `g ${letter}`,
      icon,
      run: () => void navigate({ to }),
    })),
    {
      id: 'batches',
      group: 'pages',
      label: `${cards('title')} › ${cards('tab.batches')}`,
      words: 'batches card keys 卡密 批次',
      icon: IconStack2,
      run: () => void navigate({ to: '/cards/batches' }),
    },
    {
      id: 'stock',
      group: 'pages',
      label: `${cards('title')} › ${cards('tab.overview')}`,
      words: 'stock overview card keys 卡密 概况 库存',
      icon: IconChartBar,
      run: () => void navigate({ to: '/cards/overview' }),
    },
    {
      id: 'connect',
      group: 'actions',
      label: t('switchConnection'),
      words: 'connection connect 连接',
      icon: IconPlugConnected,
      run: () => void navigate({ to: '/connect' }),
    },
    {
      id: 'language',
      group: 'actions',
      label: t('switchLanguage'),
      words: 'language english chinese 语言 中文 英文',
      icon: IconLanguage,
      run: language,
    },
    {
      id: 'theme',
      group: 'actions',
      label: t('switchTheme'),
      words: 'theme dark light 主题 深色 浅色',
      icon: IconMoonStars,
      run: theme,
    },
    {
      id: 'density',
      group: 'actions',
      label: t('switchDensity'),
      words: 'density rows 行高 密度',
      icon: IconRowInsertBottom,
      run: () => setPreference('density', density === 'dense' ? 'roomy' : 'dense'),
    },
    {
      id: 'shortcuts',
      group: 'actions',
      label: t('shortcuts'),
      words: 'keys shortcuts 快捷键',
      keys: '?',
      icon: IconKeyboard,
      run: onShortcuts,
    },
    {
      id: 'signOut',
      group: 'actions',
      label: t('signOut'),
      words: 'sign out log out 退出 登出',
      icon: IconLogout,
      run: signOut,
    },
  ];
}
