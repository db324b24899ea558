import { MantineProvider } from '@mantine/core';
import { type ReactElement, type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cssVariables, styleNonce, themeWith } from '../state/theme';

/** Mantine with our theme, in the chosen language and colours. */
export function Themed({ children }: { readonly children: ReactNode }): ReactElement {
  const { t } = useTranslation('common');
  const theme = useMemo(() => themeWith({ showPassword: t('showPassword'), clear: t('clear') }), [t]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      {children}
    </MantineProvider>
  );
}
