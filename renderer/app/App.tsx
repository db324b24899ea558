import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ToastHost } from '../ui/ToastHost';
import { router } from './router';
import { queryClient } from '../state/session';
import { cssVariables, styleNonce, themeWith } from '../state/theme';

/** The whole window, inside the providers that it needs. */
export function App(): ReactElement {
  const { t } = useTranslation('common');
  const theme = useMemo(() => themeWith({ showPassword: t('showPassword'), clear: t('clear') }), [t]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <ToastHost />
      </QueryClientProvider>
    </MantineProvider>
  );
}
