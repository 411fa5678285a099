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
  type ReadScope,
  type Tx,
} from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import type { Freshness } from '../http/freshness.ts';
import { problemResponses } from '../http/problem.ts';
import { pipelineSchema } from './schemas.ts';
import { ThroughputMeter } from './throughput.ts';

/** Nobody waits for the last byte: from here on, the next text may be one that does not fit. */
const NEARLY_ALL = 0.98;

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

export function addPipeline(app: OpenAPIHono<ApiEnv>, parts: ApiParts): void {
  const { sql, freshness } = parts;
  const meter = new ThroughputMeter();
  app.openapi(route, async (c) => {
    const scope = c.get('scope');
    const isLimited = scope.env !== null || scope.serviceKey !== null;
    const [{ value: stored, asOf: now }, system, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => readStored(tx, scope)),
      isLimited ? null : readSystem(parts),
      freshness.of(scope),
    ]);
    const body = {
      ...(await withinReach(stored, freshness)),
      ...(system === null ? NOTHING_OF_ALL : ofAllTogether(stored, system, meter)),
      freshness: fresh,
      asOf: now,
    };
    return c.json(body, 200);
  });
}

type Stored = Awaited<ReturnType<typeof readStored>>;

async function readStored(tx: Tx, scope: ReadScope) {
  const [pending, [quarantine], reasons, [poison], counters, [projection], quarantineBytes, verify, services] =
    await Promise.all([
      countPending(tx, scope),
      countQuarantined(tx, scope),
      countQuarantineReasons(tx, scope),
      countPoisoned(tx, scope),
      readPipelineCounters(tx),
      readProjectionTarget(tx),
      readQuarantineBytes(tx),
      readVerifyWalk(tx),
      listServices(tx, scope),
    ]);
  return {
    pending,
    unprocessed: pending.reduce((sum, row) => sum + row.unprocessed, 0),
    quarantined: quarantine?.quarantined ?? 0,
    reasons,
    poisoned: poison?.poisoned ?? 0,
    counters: new Map(counters.map(({ name, value }) => [name, value])),
    target: projection?.version ?? null,
    quarantineBytes,
    verify,
    services,
  };
}

type System = Awaited<ReturnType<typeof readSystem>>;

/** Sessions, counts and uses of keys are those of the server that is written to, not of a replica. */
async function readSystem({ primary, queue }: ApiParts) {
  const [counts, keys, workers, stored] = await Promise.all([
    queue.counts(),
    listKeys(primary),
    countWorkers(primary),
    countStoredEvents(primary),
  ]);
  return { queue: { backend: queue.backend, reachable: counts !== null, counts }, keys, workers, stored };
}

/** What each key may know of its environment and service. */
async function withinReach(stored: Stored, freshness: Freshness) {
  const { pending, unprocessed, quarantined, reasons, poisoned, target, services } = stored;
  return {
    unprocessed,
    oldestUnprocessedAgeMs: pending.length === 0 ? null : Math.max(...pending.map((row) => row.oldestUnprocessedAgeMs)),
    byEnvironment: [...pending],
    quarantined,
    quarantineReasons: [...reasons],
    poisoned,
    projectionVersion: { target, code: PROJECTION_VERSION },
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
  };
}

function ofAllTogether(
  { unprocessed, counters, quarantineBytes, verify }: Stored,
  { queue, keys, workers, stored }: System,
  meter: ThroughputMeter,
) {
  return {
    queue,
    workers,
    throughput: meter.add({ at: Math.round(performance.now()), stored, unprocessed }),
    quarantineRoom: {
      bytes: quarantineBytes,
      bound: QUARANTINE_BYTES,
      full: quarantineBytes >= QUARANTINE_BYTES * NEARLY_ALL,
    },
    swept: counters.get('swept') ?? 0,
    refolded: counters.get('refolded') ?? 0,
    verify: verify === null ? null : { ...verify, differences: counters.get('differing') ?? 0 },
    keys: keys.filter(mayBeUsed).map(keyView),
  };
}

/** For a key that is limited to an environment or service. */
const NOTHING_OF_ALL = {
  queue: null,
  workers: null,
  throughput: null,
  quarantineRoom: null,
  swept: null,
  refolded: null,
  verify: null,
  keys: null,
} satisfies Record<keyof ReturnType<typeof ofAllTogether>, null>;

function mayBeUsed({ revokedAt, expired }: ListedKey): boolean {
  return revokedAt === null && !expired;
}

function keyView({ id, name, scope, env, serviceKey, lastUsedAt, expiresAt }: ListedKey) {
  return { id, name, scope, env, serviceKey, lastUsedAt, expiresAt };
}
