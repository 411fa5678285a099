/** Who looks: with a key, or as everyone where the api asks for none. */
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { client } from './client.ts';

/** @throws ApiProblem with status 401 where a key is needed */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => client.ask('GET /v1/session', { signal }),
  staleTime: Infinity,
  retry: false,
  meta: { live: false },
});

/** @throws ApiProblem with status 401 where the key is not known */
export async function login(key: string): Promise<void> {
  await client.request('POST', '/v1/session', {
    body: JSON.stringify({ key }),
    headers: { 'content-type': 'application/json' },
  });
}

export async function logout(): Promise<void> {
  await client.request('DELETE', '/v1/session');
}

/** Forgets what the key showed, and asks who looks now: the page becomes the login where nobody is. */
export async function endSession(queries: QueryClient): Promise<void> {
  await queries.resetQueries({ queryKey: sessionQuery.queryKey });
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
}
