/** The shape of what /v1/pipeline tells. */
import { z } from '@hono/zod-openapi';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, instantJson } from '../http/params.ts';

const ofAll = 'null for a key that is limited to an environment or service: the figure is one of all of them together';
const ageMs = z.int().nullable().openapi({ description: 'Since its arrival; null: nothing waits' });

export const pipelineSchema = z
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
