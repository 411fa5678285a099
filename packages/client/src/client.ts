/** Asks the api. Its types are those of the routes, written from the document that the api itself serves. */
import type { Routes } from './routes.ts';

export interface ClientOptions {
  /** Where the api is, such as http://127.0.0.1:4100; '' in a page that it serves itself. */
  url: string;
  /** A key of `wm keys create --scope read`, or operate for what changes something. */
  key?: string;
  /** Another fetch than the one there is. */
  fetch?: typeof fetch;
}

type Name = keyof Routes;

/** What a route must be given; parts without a field that is required may be left out. */
type Asked<N extends Name> = Optional<Routes[N]['path'], 'path'> &
  Optional<Routes[N]['query'], 'query'> &
  Optional<Routes[N]['body'], 'body'> & { signal?: AbortSignal };

type Optional<Part, Called extends string> = [Part] extends [never]
  ? { [Key in Called]?: never }
  : object extends Part
    ? { [Key in Called]?: Part }
    : { [Key in Called]: Part };

export interface Client {
  /**
   * @param route method and path as the document has them, such as 'GET /v1/workflows/{env}/{service}/{workflowId}'
   * @returns the parsed answer
   * @throws ApiProblem where the api answers with a problem; TypeError where it cannot be reached
   */
  ask: <N extends Name>(route: N, asked?: Asked<N>) => Promise<Routes[N]['answer']>;
  /** The request itself, for answers that are no JSON. */
  request: (method: string, path: string, init?: RequestInit) => Promise<Response>;
}

/** An answer that is a problem document (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  /** Which parameters are not understood. */
  readonly errors: readonly { in: string; field: string; message: string }[];
  /** When to ask again, seconds; null: not said. */
  readonly retryAfterSeconds: number | null;

  constructor(status: number, problem: { detail?: unknown; errors?: unknown }, retryAfter: string | null) {
    super(typeof problem.detail === 'string' ? problem.detail : `The api answered ${status}.`);
    this.status = status;
    this.errors = Array.isArray(problem.errors) ? (problem.errors as ApiProblem['errors']) : [];
    this.retryAfterSeconds = retryAfter === null ? null : Number(retryAfter);
  }
}

export function createClient({ url, key, fetch: send = fetch }: ClientOptions): Client {
  const request: Client['request'] = async (method, path, init = {}) => {
    const headers = new Headers(init.headers);
    if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
    const response = await send(`${url}${path}`, { ...init, method, headers });
    if (!response.ok) {
      const problem = (await response.json().catch(() => ({}))) as object;
      throw new ApiProblem(response.status, problem, response.headers.get('retry-after'));
    }
    return response;
  };
  return {
    request,
    ask: async (route, asked) => {
      const [method, pattern] = route.split(' ') as [string, string];
      const { path, query, body, signal } = (asked ?? {}) as {
        path?: Record<string, string>;
        query?: Record<string, unknown>;
        body?: unknown;
        signal?: AbortSignal;
      };
      const target = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path?.[name] ?? ''));
      const response = await request(method, `${target}${queryText(query ?? {})}`, {
        ...(signal !== undefined && { signal }),
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      return response.json() as Promise<Routes[typeof route]['answer']>;
    },
  };
}

/** A list is given value by value; what is undefined or null is left out. */
export function queryText(query: Record<string, unknown>): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat() as (string | number | boolean | null | undefined)[])
      if (each !== undefined && each !== null) pairs.append(name, String(each));
  }
  return pairs.size === 0 ? '' : `?${pairs.toString()}`;
}
