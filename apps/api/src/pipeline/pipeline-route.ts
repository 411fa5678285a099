import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { PROJECTION_VERSION } from '@wm/projection';
import {
  countPending,
  countPoisoned,
  countQuarantined,
  countQuarantineReasons,
  countStoredEvents,
  countWorkers,
  inSnapshot,
  listKeys,
  listServices,
  QUARANTINE_BYTES,
  readPipelineCounters,
  readProjectionTarget,
  readQuarantineBytes,
  readVerifyWalk,
  type ListedKey,
} from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, instantJson } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { ThroughputMeter } from './throughput.ts';

const ofAll = 'null for a key that is limited to an environment or service: the figure is one of all of them together';
const ageMs = z.int().nullable().openapi({ description: 'Since its arrival; null: nothing waits' });

/** Nobody waits for the last byte: from here on, the next text may be one that does not fit. */
const NEARLY_ALL = 0.98;

const pipelineSchema = z
  .object({
    queue: z
      .object({
        backend: z.enum(['redis', 'postgres']),
        reachable: z.boolean().openapi({ description: 'false: it does not answer, and work is found by the sweeper' }),
        counts: z
          .object({ waiting: z.int(), active: z.int(), delayed: z.int(), failed: z.int() })
          .nullable()
          .openapi({ description: 'Wake-ups by state' }),
      })
      .nullable()
      .openapi({ description: ofAll }),
    workers: z
      .int()
      .nullable()
      .openapi({ description: `Workers that are connected; ${ofAll}` }),
    throughput: z
      .object({
        storedPerMinute: z.int().openapi({ description: 'Events written to the log' }),
        foldedPerMinute: z.int().openapi({ description: 'Events taken into the state' }),
        overMs: z.int().openapi({ description: 'What they are an average of, up to two minutes' }),
      })
      .nullable()
      .openapi({ description: `null, too, where it was not asked for in the last two minutes; ${ofAll}` }),
    unprocessed: z.int().openapi({ description: 'Events that are stored and not yet in the state' }),
    oldestUnprocessedAgeMs: ageMs,
    byEnvironment: z.array(z.object({ env: z.string(), unprocessed: z.int(), oldestUnprocessedAgeMs: z.int() })),
    quarantined: z.int().openapi({ description: 'Rejected events that wait for someone to look' }),
    quarantineReasons: z
      .array(z.object({ reason: z.string(), open: z.int() }))
      .openapi({ description: 'Of those, the most frequent reason first' }),
    quarantineRoom: z
      .object({
        bytes: z.int().openapi({ description: 'Texts of rejected events that are kept' }),
        bound: z.int().openapi({ description: 'As many as may be' }),
        full: z.boolean().openapi({ description: 'true: of further ones only the beginning is kept' }),
      })
      .nullable()
      .openapi({ description: ofAll }),
    poisoned: z.int().openapi({ description: 'Stored events that the state could not take in' }),
    swept: z
      .int()
      .nullable()
      .openapi({ description: `Events that the sweeper had to save, ever; ${ofAll}` }),
    refolded: z
      .int()
      .nullable()
      .openapi({ description: `Refolds, ever; ${ofAll}` }),
    projectionVersion: z.object({
      target: z.int().nullable().openapi({ description: 'In force; null: no migration has set one' }),
      code: z.int().openapi({ description: 'Of this process' }),
    }),
    verify: z
      .object({
        roundAt: instantJson
          .nullable()
          .openapi({ description: 'When all workflows had been checked for the last time; null: not yet' }),
        nextAt: instantJson.openapi({ description: 'When the next one is due' }),
        differences: z
          .int()
          .openapi({ description: 'Rows that were found not to be the fold of their events, ever: should be 0' }),
      })
      .nullable()
      .openapi({ description: ofAll }),
    services: z
      .array(
        z.object({
          env: z.string(),
          serviceKey: z.string(),
          lastEventAt: instantJson.nullable().openapi({ description: 'Newest time that an event itself names' }),
          lastArrivalAt: instantJson.openapi({ description: 'Newest arrival, about ten seconds behind' }),
          lastDelayMs: z.int().nullable().openapi({ description: 'From its own time to its arrival' }),
          pendingEvents: z.int(),
          lagMs: z.int().openapi({ description: 'How long the oldest of those waits; 0: none does' }),
        }),
      )
      .openapi({ description: 'By service and environment' }),
    keys: z
      .array(
        z.object({
          id: z.uuid(),
          name: z.string(),
          scope: z.enum(['ingest', 'read', 'operate', 'metrics']),
          env: z.string().nullable(),
          serviceKey: z.string().nullable(),
          lastUsedAt: instantJson.nullable().openapi({ description: 'About a minute behind; null: never' }),
          expiresAt: instantJson.nullable(),
        }),
      )
      .nullable()
      .openapi({ description: `Keys that may be used; ${ofAll}` }),
    freshness: freshnessSchema,
    asOf,
  })
  .openapi('Pipeline');

const route = createRoute({
  method: 'get',
  path: '/v1/pipeline',
  summary: 'Whether the picture is fresh: what waits, what was rejected, what had to be saved',
  request: { query: z.strictObject({}) },
  responses: {
    200: { description: 'As of now', content: { 'application/json': { schema: pipelineSchema } } },
    ...problemResponses,
  },
});

export function addPipeline(app: OpenAPIHono<ApiEnv>, { sql, primary, queue, freshness }: ApiParts): void {
  const meter = new ThroughputMeter();
  app.openapi(route, async (c) => {
    const scope = c.get('scope');
    const limited = scope.env !== null || scope.serviceKey !== null;
    const [{ value, asOf: now }, counts, keys, fresh, workers, stored] = await Promise.all([
      inSnapshot(sql, (tx) =>
        Promise.all([
          countPending(tx, scope),
          countQuarantined(tx, scope),
          countQuarantineReasons(tx, scope),
          countPoisoned(tx, scope),
          readPipelineCounters(tx),
          readProjectionTarget(tx),
          readQuarantineBytes(tx),
          readVerifyWalk(tx),
          listServices(tx, scope),
        ]),
      ),
      limited ? null : queue.counts(),
      // Their use is noted on the database itself.
      limited ? null : listKeys(primary),
      freshness.of(scope),
      // Sessions and counts of the server that is written to, not of a replica.
      limited ? null : countWorkers(primary),
      limited ? null : countStoredEvents(primary),
    ]);
    const [pending, [quarantine], reasons, [poison], counters, [projection], quarantineBytes, verify, services] = value;
    const counter = (name: string) => (limited ? null : (counters.find((row) => row.name === name)?.value ?? 0));
    const unprocessed = pending.reduce((sum, row) => sum + row.unprocessed, 0);
    return c.json(
      {
        queue: limited ? null : { backend: queue.backend, reachable: counts !== null, counts },
        workers,
        throughput: stored === null ? null : meter.add({ at: Math.round(performance.now()), stored, unprocessed }),
        unprocessed,
        oldestUnprocessedAgeMs:
          pending.length === 0 ? null : Math.max(...pending.map((row) => row.oldestUnprocessedAgeMs)),
        byEnvironment: [...pending],
        quarantined: quarantine?.quarantined ?? 0,
        quarantineReasons: [...reasons],
        quarantineRoom: limited
          ? null
          : {
              bytes: quarantineBytes,
              bound: QUARANTINE_BYTES,
              full: quarantineBytes >= QUARANTINE_BYTES * NEARLY_ALL,
            },
        poisoned: poison?.poisoned ?? 0,
        swept: counter('swept'),
        refolded: counter('refolded'),
        projectionVersion: { target: projection?.version ?? null, code: PROJECTION_VERSION },
        verify: limited || verify === null ? null : { ...verify, differences: counter('differing') ?? 0 },
        services: await Promise.all(
          services.map(async ({ env, serviceKey, lastEventAt, lastArrivalAt, lastDelayMs }) => ({
            env,
            serviceKey,
            lastEventAt,
            lastArrivalAt,
            lastDelayMs,
            ...(await freshness.backlogOf(env, serviceKey)),
          })),
        ),
        keys: keys === null ? null : keys.filter(mayBeUsed).map(keyView),
        freshness: fresh,
        asOf: now,
      },
      200,
    );
  });
}

function mayBeUsed({ revokedAt, expired }: ListedKey): boolean {
  return revokedAt === null && !expired;
}

function keyView({ id, name, scope, env, serviceKey, lastUsedAt, expiresAt }: ListedKey) {
  return { id, name, scope, env, serviceKey, lastUsedAt, expiresAt };
}
