import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { ToastHost } from '../ui/ToastHost';
import { WholeText } from '../ui/WholeText';
import { router } from './router';
import { queryClient } from '../state/session';
import { Themed } from './Themed';

/** The whole window, inside the providers that it needs. */
export function App(): ReactElement {
  return (
    <Themed>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <ToastHost />
        <WholeText />
      </QueryClientProvider>
    </Themed>
  );
}
