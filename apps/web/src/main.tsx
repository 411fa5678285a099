import './styles/base.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from '@wm/client';
import { isPassing } from './api/queries.ts';
import { endSession, sessionQuery } from './api/session.ts';
import { applyTheme } from './frame/theme.ts';
import { router } from './router.tsx';
import { noteServerTime } from './time/clock.ts';
import { ZoneProvider } from './time/zone.tsx';

applyTheme();

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onSuccess: (data) => {
      const { asOf } = (data ?? {}) as { asOf?: unknown };
      if (typeof asOf === 'string') noteServerTime(asOf);
    },
    // The key was revoked or has expired while somebody looks.
    onError: (error, { queryKey }) => {
      if (error instanceof ApiProblem && error.status === 401 && queryKey[0] !== 'session') void endSession(queries);
    },
  }),
  defaultOptions: {
    queries: { staleTime: 2_000, retry: (count, error) => count < 2 && isPassing(error), refetchOnWindowFocus: true },
  },
});

// Beside the files of the view, not behind them.
void queries.prefetchQuery(sessionQuery);

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <ZoneProvider>
          <RouterProvider router={router} />
        </ZoneProvider>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
