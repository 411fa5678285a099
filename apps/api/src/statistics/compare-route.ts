import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { inSnapshot, sumRollups, type TimeRange } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, name } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { rangeJson, rangeSchema, timeRange } from '../http/time-range.ts';
import type { DurationCounts } from './duration-counts.ts';
import { addUp, figureFields, figures, readCounts, rounded, type Counts } from './figures.ts';
import { filterFields } from './metrics-query.ts';
import { compareDurations, compareShares } from './noise.ts';

const verdictFields = {
  pValue: z.number().openapi({ description: 'How likely a difference at least as large is where there is none' }),
  moreThanNoise: z.boolean().openapi({ description: 'pValue below 0.01' }),
};
const sideSchema = z.object(figureFields);

const comparisonSchema = z
  .object({
    service: z.string().nullable().openapi({ description: 'null: all of them together' }),
    name: z.string().nullable().openapi({ description: 'null: all of them together' }),
    left: sideSchema,
    right: sideSchema,
    successRate: z
      .object({
        difference: z.number().openapi({ description: 'Left less right' }),
        samples: z.object({ left: z.int(), right: z.int() }),
        ...verdictFields,
      })
      .nullable()
      .openapi({ description: "Two-proportion z-test, or Fisher's exact test of few; null: none ended on a side" }),
    durations: z
      .object({
        medianRatio: z.number().nullable().openapi({ description: 'Left by right; null: that of the right is 0' }),
        leftSlowerShare: z.number().openapi({
          description:
            'How often a run of the left takes longer than one of the right, both taken at random: 0.5 is no difference',
        }),
        samples: z.object({ left: z.int(), right: z.int() }),
        ...verdictFields,
      })
      .nullable()
      .openapi({ description: 'Mann-Whitney U test; null: fewer than ten completed on a side' }),
  })
  .openapi('Comparison');

const route = createRoute({
  method: 'get',
  path: '/v1/metrics/compare',
  summary: 'Two environments side by side, and whether the difference is more than noise',
  description:
    'All together first, then each workflow of a service that either has, those with most starts first, 200 at most.',
  request: {
    query: z.strictObject({
      left: name.openapi({ description: 'Environment', example: 'production' }),
      right: name.openapi({ description: 'The other environment', example: 'staging' }),
      ...filterFields,
    }),
  },
  responses: {
    200: {
      description: 'The comparisons',
      content: {
        'application/json': {
          schema: z.object({
            left: z.string(),
            right: z.string(),
            comparisons: z.array(comparisonSchema),
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

const MOST_ROWS = 200;

export function addCompare(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const scope = c.get('scope');
    const { left, right, service, name: names, ...asked } = c.req.valid('query');
    const range = timeRange(asked);
    const envs = [left, right];
    const filter = { scope, envs, services: service, names, steps: [] };
    const groupBy = ['env', 'service', 'name'] as const;
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) =>
        sumRollups(tx, range, { filter, of: 'workflows', groupBy, stepMs: null, durations: true }),
      ),
      freshness.of(scope, { envs, services: service }),
    ]);
    const rows = value.map(readCounts);
    const pairs = new Map<string, typeof rows>();
    for (const row of rows) {
      const key = JSON.stringify([row.service, row.name]);
      pairs.set(key, [...(pairs.get(key) ?? []), row]);
    }
    const each = [...pairs.values()].map((own) => {
      const { service: of, name: called } = own[0]!;
      return { service: of, name: called, ...compare(own, { left, right, range }) };
    });
    const total = { service: null, name: null, ...compare(rows, { left, right, range }) };
    const starts = (row: (typeof each)[number]): number => row.left.started + row.right.started;
    const shown = each.toSorted((a, b) => starts(b) - starts(a)).slice(0, MOST_ROWS);
    return c.json(
      { left, right, comparisons: [total, ...shown], range: rangeJson(range), freshness: fresh, asOf: now },
      200,
    );
  });
}

function compare(
  rows: readonly (Counts & { env: string | null })[],
  { left, right, range }: { left: string; right: string; range: TimeRange },
) {
  const [mine, theirs] = [left, right].map((env) => {
    const counts = addUp(rows.filter((row) => row.env === env));
    return { ...figures(counts, range.to - range.from), durations: counts.durations };
  }) as [Side, Side];
  const { durations: mineDurations, ...leftFigures } = mine;
  const { durations: theirDurations, ...rightFigures } = theirs;
  return {
    left: leftFigures,
    right: rightFigures,
    successRate: successRates(mine, theirs),
    durations: durationsOf(mine, theirs, compareDurations(mineDurations, theirDurations)),
  };
}

type Side = ReturnType<typeof figures> & { durations: DurationCounts };

function successRates(mine: Side, theirs: Side) {
  const samples = { left: mine.completed + mine.failed, right: theirs.completed + theirs.failed };
  const test = compareShares({ hits: mine.completed, of: samples.left }, { hits: theirs.completed, of: samples.right });
  if (test === null || mine.successRate === null || theirs.successRate === null) return null;
  return { difference: rounded(mine.successRate - theirs.successRate), samples, ...test };
}

function durationsOf(mine: Side, theirs: Side, test: ReturnType<typeof compareDurations>) {
  if (test === null || mine.durationMs === null || theirs.durationMs === null) return null;
  return {
    medianRatio: theirs.durationMs.p50 === 0 ? null : rounded(mine.durationMs.p50 / theirs.durationMs.p50),
    samples: { left: mine.durationMs.samples, right: theirs.durationMs.samples },
    ...test,
    leftSlowerShare: rounded(test.leftSlowerShare),
  };
}
