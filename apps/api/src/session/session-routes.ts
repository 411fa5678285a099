/** Logging in with a key, for browsers: the key goes into a cookie that scripts cannot read. */
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { EVERYTHING, type VerifiedKey } from '@wm/store';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { incomingOf, verdictOf } from '../http/door.ts';
import { clearKeyCookie, setKeyCookie } from '../http/key-cookie.ts';
import { changeResponses, problem, problemResponses } from '../http/problem.ts';
import { refuseOtherSites, refuseReader } from '../http/read-key.ts';
import { BOARD_PATH } from '../queue-board/queue-board.ts';
import { below } from '../web/base-path.ts';

const SESSION_PATH = '/v1/session';
/** A key has 90. */
const MOST_BYTES = 4 * 1024;

const sessionSchema = z
  .object({
    auth: z.enum(['on', 'off']).openapi({ description: 'off: nobody needs a key' }),
    scope: z.enum(['read', 'operate']).openapi({ description: 'operate: may change things, too' }),
    env: z.string().nullable().openapi({ description: 'The only environment that the key reaches; null: every one' }),
    serviceKey: z
      .string()
      .nullable()
      .openapi({ description: 'The only service that the key reaches; null: every one' }),
    name: z.string().nullable().openapi({ description: 'What people call the key; null: there is none' }),
    ingestUrl: z
      .string()
      .nullable()
      .openapi({ description: 'Where trackers post to (INGEST_URL); null: the api was not told' }),
    queueBoard: z.string().openapi({
      description: 'Path of the board of the queue. It opens for a key for operating without a limit',
    }),
  })
  .openapi('Session');

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });

const readRoute = createRoute({
  method: 'get',
  path: SESSION_PATH,
  summary: 'What the key of this request may do',
  request: { query: z.strictObject({}) },
  responses: {
    200: {
      description: 'The key that counts: that of the header, else that of the cookie',
      content: json(sessionSchema),
    },
    ...problemResponses,
  },
});

const beginRoute = createRoute({
  method: 'post',
  path: SESSION_PATH,
  summary: 'Log in with a key',
  description:
    'Puts a key for reading or operating into a cookie that only this api gets, for 30 days. Needs no other key. With such a cookie a browser changes things only from a page of this address.',
  security: [],
  request: {
    query: z.strictObject({}),
    body: {
      required: true,
      content: json(z.strictObject({ key: z.string().trim().min(1).max(200) })),
    },
  },
  responses: {
    200: { description: 'The cookie is set', content: json(sessionSchema) },
    ...problemResponses,
    413: changeResponses[413],
  },
});

const endRoute = createRoute({
  method: 'delete',
  path: SESSION_PATH,
  summary: 'Log out',
  description: 'Takes the cookie away. The key stays good: `wm keys revoke` ends it. Needs no key.',
  security: [],
  request: { query: z.strictObject({}) },
  responses: {
    200: { description: 'The cookie is gone', content: json(z.object({ outcome: z.literal('logged_out') })) },
    ...problemResponses,
  },
});

/** Logging in and out must be open to whoever has no key, or one that is no good any more. */
export function isLoginOrLogout(c: Context): boolean {
  return c.req.path === SESSION_PATH && (c.req.method === 'POST' || c.req.method === 'DELETE');
}

export function addSession(app: OpenAPIHono<ApiEnv>, { door, ingestUrl }: ApiDependencies): void {
  const { keys, basePath } = door;
  const view = (key: Omit<VerifiedKey, 'id' | 'name' | 'scope'> & { name: string | null; scope: string }) => ({
    auth: keys === null ? ('off' as const) : ('on' as const),
    scope: key.scope === 'operate' ? ('operate' as const) : ('read' as const),
    env: key.env,
    serviceKey: key.serviceKey,
    name: key.name,
    ingestUrl,
    queueBoard: below(basePath, BOARD_PATH),
  });
  const everybody = view({ ...EVERYTHING, scope: 'operate', name: null });
  app.openapi(readRoute, (c) => {
    const key = c.get('key');
    return c.json(key === null ? everybody : view(key), 200);
  });

  app.post(
    SESSION_PATH,
    refuseOtherSites,
    bodyLimit({
      maxSize: MOST_BYTES,
      onError: (c) => problem(c, 413, `The body is larger than ${MOST_BYTES} bytes. Nobody was logged in.`),
    }),
  );
  app.openapi(beginRoute, async (c) => {
    if (keys === null) return c.json(everybody, 200);
    const { key: token } = c.req.valid('json');
    const verdict = await verdictOf(c, keys, door, { token, scope: 'read' });
    // A problem, as every route describes it, has no type of its own.
    if (verdict.kind !== 'valid') return refuseReader(c, verdict) as never;
    // A page that came by HTTPS says so itself, should the proxy not be named in TRUSTED_PROXIES.
    const secure = door.cameByHttps(incomingOf(c)) || c.req.header('origin')?.startsWith('https:') === true;
    setKeyCookie(c, token, { path: basePath, secure });
    return c.json(view(verdict.key), 200);
  });

  app.delete(SESSION_PATH, refuseOtherSites);
  app.openapi(endRoute, (c) => {
    clearKeyCookie(c, basePath);
    return c.json({ outcome: 'logged_out' as const }, 200);
  });
}
