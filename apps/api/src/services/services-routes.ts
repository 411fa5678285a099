import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { describeService } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, name, repeated } from '../http/params.ts';
import { changeResponses, notFoundResponse, problem, problemResponses, ProblemError } from '../http/problem.ts';
import { requireOperateKey } from '../http/read-key.ts';
import { rangeFields, rangeJson, rangeSchema, timeRange } from '../http/time-range.ts';
import { readServices, serviceSchema } from './service-views.ts';

const MOST_BYTES = 64 * 1024;

const envs = repeated(name).openapi({
  description: 'Only these environments; may be given more than once',
  type: 'array',
  items: { type: 'string' },
});
const path = z.object({ service: name.openapi({ description: 'Service key', example: 'order-service' }) });

const listRoute = createRoute({
  method: 'get',
  path: '/v1/services',
  summary: 'Services and how they fare in each environment',
  request: { query: z.strictObject({ env: envs, ...rangeFields }) },
  responses: {
    200: {
      description: 'By key',
      content: {
        'application/json': {
          schema: z.object({
            services: z.array(serviceSchema),
            range: rangeSchema,
            freshness: freshnessSchema,
            asOf,
          }),
        },
      },
    },
    ...problemResponses,
  },
});

const oneRoute = createRoute({
  method: 'get',
  path: '/v1/services/{service}',
  summary: 'One service and how it fares in each environment',
  request: { params: path, query: z.strictObject({ env: envs, ...rangeFields }) },
  responses: {
    200: {
      description: 'The service',
      content: {
        'application/json': {
          schema: z.object({ service: serviceSchema, range: rangeSchema, freshness: freshnessSchema, asOf }),
        },
      },
    },
    ...problemResponses,
    ...notFoundResponse,
  },
});

const text = (longest: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty; null takes it away')
    .max(longest)
    .refine((value) => !value.includes('\0'), 'must not contain NUL')
    .nullable()
    .optional();

const describeRoute = createRoute({
  method: 'patch',
  path: '/v1/services/{service}',
  summary: 'Write the display name and description of a service',
  description:
    'What is absent stays, null takes it away. Every environment shows it, so a key that is limited to one may not write it. Needs a key for operating.',
  request: {
    params: path,
    query: z.strictObject({}),
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({ displayName: text(200), description: text(4_000) }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'Written',
      content: { 'application/json': { schema: z.object({ outcome: z.literal('written') }) } },
    },
    ...problemResponses,
    ...notFoundResponse,
    413: changeResponses[413],
  },
});

export function addServices(app: OpenAPIHono<ApiEnv>, parts: ApiParts): void {
  const { primary, freshness } = parts;
  app.openapi(listRoute, async (c) => {
    const scope = c.get('scope');
    const { env, ...asked } = c.req.valid('query');
    const range = timeRange(asked);
    const [read, fresh] = await Promise.all([
      readServices(parts, scope, range, { envs: env, serviceKey: null }),
      freshness.of(scope, { envs: env }),
    ]);
    return c.json({ services: read.services, range: rangeJson(range), freshness: fresh, asOf: read.asOf }, 200);
  });
  app.openapi(oneRoute, async (c) => {
    const scope = c.get('scope');
    const { service: serviceKey } = c.req.valid('param');
    const { env, ...asked } = c.req.valid('query');
    const range = timeRange(asked);
    const [read, fresh] = await Promise.all([
      readServices(parts, scope, range, { envs: env, serviceKey }),
      freshness.of(scope, { envs: env, services: [serviceKey] }),
    ]);
    const [service] = read.services;
    if (service === undefined) throw noSuchService(serviceKey);
    return c.json({ service, range: rangeJson(range), freshness: fresh, asOf: read.asOf }, 200);
  });
  const limited = bodyLimit({
    maxSize: MOST_BYTES,
    onError: (c) => problem(c, 413, `The body is larger than ${MOST_BYTES} bytes. Nothing was changed.`),
  });
  app.patch('/v1/services/:service', requireOperateKey, limited);
  app.openapi(describeRoute, async (c) => {
    const { env, serviceKey: limit } = c.get('scope');
    const { service: serviceKey } = c.req.valid('param');
    if (limit !== null && limit !== serviceKey) throw noSuchService(serviceKey);
    if (env !== null) {
      throw new ProblemError(
        403,
        'This key is limited to an environment, and what is said of a service shows in all of them. Nothing was changed.',
      );
    }
    const { displayName, description } = c.req.valid('json');
    const found = await describeService(primary, serviceKey, {
      ...(displayName !== undefined && { displayName }),
      ...(description !== undefined && { description }),
    });
    if (!found) throw noSuchService(serviceKey);
    return c.json({ outcome: 'written' as const }, 200);
  });
}

function noSuchService(serviceKey: string): ProblemError {
  return new ProblemError(404, `No service ${serviceKey} was ever heard of, as far as this key reaches.`);
}
