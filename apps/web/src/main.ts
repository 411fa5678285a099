/**
 * What runs first, and is small: asks who looks, then what the first view needs, while React and the rest are still on their way.
 * By the time that they run the answers are there, and the overview is drawn once instead of as often as something is answered.
 */
import './styles/base.css';
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '@wm/client';
import { BASE_PATH } from './api/base.ts';
import { isPassing } from './api/queries.ts';
import { endSession, sessionQuery } from './api/session.ts';
import { applyTheme } from './frame/theme.ts';
import { noteServerTime, serverNow } from './time/clock.ts';
import { globalSearch } from './url/search.ts';
import { parseSearch } from './url/search-text.ts';
import { askFirst } from './views/overview/questions.ts';

/** The first view is drawn with what is answered by then; what takes longer comes into it. */
const PATIENCE_MS = 300;

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

async function start(): Promise<void> {
  await queries.prefetchQuery(sessionQuery);
  // Without a session there is nothing to ask: the page becomes the login.
  const known = queries.getQueryData(sessionQuery.queryKey) !== undefined;
  const isOverview = location.pathname.replace(/\/$/, '') === BASE_PATH;
  const search = globalSearch.parse(parseSearch(location.search));
  const asked = known && isOverview ? askFirst(queries, search, serverNow()) : null;
  const { draw } = await import('./app.tsx');
  await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  draw(queries);
}

void start();
