/** Everything that is drawn. */
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './router.tsx';
import { ZoneProvider } from './time/zone.tsx';

export function draw(queries: QueryClient): void {
  createRoot(document.querySelector('#root')!).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <ZoneProvider>
          <RouterProvider router={router} />
        </ZoneProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
