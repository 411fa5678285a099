import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { normaliseError } from '@wm/projection';
import {
  findErrorSamples,
  inSnapshot,
  listErrorGroups,
  MINUTE_MS,
  type ErrorGroupRow,
  type ErrorSample,
  type FailureRange,
} from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, instantJson, name, nextCursor } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { several } from '../workflows/list-query.ts';
import { rangeOf, rangeSchema, rangeView, rankCursor, rankingQuery } from './failure-query.ts';

/** Parts of the range that a trend has, at most. */
const TREND_PARTS = 48;
/**
 * What a part may be long, minutes; beyond, some times the last. From a quarter of an hour on they are whole spans of the
 * rollups, so that a month is read by the day and not by the minute.
 */
const PART_MINUTES = [1, 2, 5, 15, 30, 60, 120, 240, 480, 720, 1_440, 2_880, 5_760];

const groupSchema = z
  .object({
    errorGroup: z.string().openapi({ description: 'Fingerprint: a filter of /v1/workflows and /v1/failures' }),
    message: z
      .string()
      .openapi({ description: 'What the messages of the group share; ids and numbers are folded out' }),
    count: z.int(),
    firstSeen: instantJson.openapi({ description: 'The first failure of all, not only of the range' }),
    lastSeen: instantJson.openapi({ description: 'The last failure of the range' }),
    trend: z.array(z.int()).openapi({
      description:
        'Failures in each part of the range, `trendPartMs` long. Parts begin at multiples of that since 1970, the first with or before `since`; of the first and the last one only what lies in the range is counted.',
    }),
    envs: z.array(z.string()),
    services: z.array(z.string()),
    workflowNames: z.array(z.string()),
    sample: z
      .object({
        id: z.uuid(),
        env: z.string(),
        serviceKey: z.string(),
        workflowId: z.string(),
        run: z.int(),
        workflowName: z.string(),
        failedAt: instantJson,
        errorStepName: z.string().nullable(),
        errorMessage: z.string().nullable().openapi({ description: 'Its first 2,000 characters' }),
        errorStack: z.string().nullable().openapi({ description: 'Its first 2,000 characters' }),
      })
      .openapi({ description: 'The newest failure of the range' }),
  })
  .openapi('ErrorGroup');

const query = rankingQuery(1).extend({
  errorGroup: several(name, 'Only these groups, by their fingerprints'),
});

const route = createRoute({
  method: 'get',
  path: '/v1/failures/groups',
  summary: 'Failures of a range of time, grouped by what went wrong',
  description:
    'The most frequent group first. Errors are alike when their message and the first frame of their stack are, numbers, ids and addresses aside.',
  request: { query },
  responses: {
    200: {
      description: 'A page',
      content: {
        'application/json': {
          schema: z.object({
            groups: z.array(groupSchema),
            trendPartMs: z.int(),
            range: rangeSchema,
            nextCursor,
            freshness: freshnessSchema,
            asOf,
          }),
        },
      },
    },
    ...problemResponses,
  },
});

export function addErrorGroups(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const values = c.req.valid('query');
    const range = rangeOf(c.get('scope'), values, Date.now());
    const { cursor, limit, errorGroup } = values;
    const after = cursor === undefined ? null : { count: cursor.count, errorGroup: cursor.keys[0]! };
    const { partMs, parts } = trendOf(range);
    const [{ value, asOf: readAt }, fresh] = await Promise.all([
      inSnapshot(sql, async (tx) => {
        const rows = await listErrorGroups(tx, range, errorGroup, after, { limit: limit + 1, partMs });
        const samples = await findErrorSamples(tx, range, rows.slice(0, limit));
        return { rows, samples: new Map(samples.map((sample) => [sample.errorGroup, sample])) };
      }),
      freshness.of(range.scope, range),
    ]);
    const shown = value.rows.slice(0, limit);
    const last = value.rows.length > limit ? shown.at(-1) : undefined;
    const groups = shown.flatMap((row) => {
      const sample = value.samples.get(row.errorGroup);
      return sample === undefined ? [] : [groupView(row, sample, parts)];
    });
    return c.json(
      {
        groups,
        trendPartMs: partMs,
        range: rangeView(range),
        nextCursor: last === undefined ? null : rankCursor(range, last.count, [last.errorGroup]),
        freshness: fresh,
        asOf: readAt,
      },
      200,
    );
  });
}

/** Parts begin at multiples of their length since 1970, so that each span of the rollups lies in one of them. */
function trendOf({ since, until }: FailureRange): { partMs: number; parts: number } {
  const partsOf = (partMs: number): number => Math.ceil(until / partMs) - Math.floor(since / partMs);
  const longest = PART_MINUTES.at(-1)! * MINUTE_MS;
  const partMs =
    PART_MINUTES.map((minutes) => minutes * MINUTE_MS).find((ms) => partsOf(ms) <= TREND_PARTS) ??
    Math.ceil((until - since) / (TREND_PARTS - 1) / longest) * longest;
  return { partMs, parts: partsOf(partMs) };
}

function groupView(row: ErrorGroupRow, { errorGroup, firstSeen, ...sample }: ErrorSample, parts: number) {
  return {
    errorGroup,
    message: normaliseError(sample.errorMessage ?? ''),
    count: row.count,
    firstSeen,
    lastSeen: sample.failedAt,
    trend: Array.from({ length: parts }, (_, part) => row.trend.get(part) ?? 0),
    envs: row.envs,
    services: row.services,
    workflowNames: row.workflowNames,
    sample,
  };
}
