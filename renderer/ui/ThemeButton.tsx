import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** Switches between light and dark. Before the first use, the system's setting decides. */
export function useSwitchTheme(): () => void {
  const { setColorScheme } = useMantineColorScheme();
  const shown = useComputedColorScheme('light');
  return () => setColorScheme(shown === 'dark' ? 'light' : 'dark');
}

export function ThemeButton(): ReactElement {
  const { t } = useTranslation('shell');
  const shown = useComputedColorScheme('light');
  const label = t(shown === 'dark' ? 'toLight' : 'toDark');
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} title={label} onClick={useSwitchTheme()}>
      {shown === 'dark' ? <IconSun size={16} /> : <IconMoon size={16} />}
    </ActionIcon>
  );
}
