import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { alongIndex, countOpenRuns, inSnapshot, sumRollups } from '@wm/store';
import type { OpenRuns, RollupDimension, RollupRow, TimeRange } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, instantJson } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { rangeJson, rangeSchema } from '../http/time-range.ts';
import { histogram } from './duration-counts.ts';
import { addUp, figureFields, figures, readCounts } from './figures.ts';
import { metricsQuery, MOST_POINTS, seriesOf } from './metrics-query.ts';
import { addUpOpen, openSchema } from './open-runs.ts';

/** Groups of an answer: those with most starts. */
const MOST_GROUPS = 200;

const dimension = z.string().nullable().openapi({ description: 'null: not grouped by it' });
const figuresSchema = z.object(figureFields).openapi('Figures');

const groupSchema = z
  .object({
    env: dimension,
    service: dimension,
    name: dimension,
    step: dimension,
    total: figuresSchema,
    open: z.union([openSchema, z.null()]).openapi({ description: 'null where steps are counted' }),
    histogram: z
      .array(z.object({ fromMs: z.number(), toMs: z.number(), count: z.int() }))
      .nullable()
      .openapi({ description: 'Durations above fromMs, up to toMs; null where not asked for' }),
    series: z
      .array(z.object({ at: instantJson, ...figureFields }))
      .nullable()
      .openapi({ description: 'Points with any count, oldest first; null without an interval' }),
  })
  .openapi('MetricsGroup');

const route = createRoute({
  method: 'get',
  path: '/v1/metrics',
  summary: 'Counts, rates and durations over any range, grouped and as a series',
  description:
    'Each count stands at the time of its own event: a run that started yesterday and failed today counts as started yesterday, as failed today. Groups with most starts come first.',
  request: { query: metricsQuery },
  responses: {
    200: {
      description: 'The groups',
      content: {
        'application/json': {
          schema: z.object({
            groups: z.array(groupSchema),
            groupsLeftOut: z
              .int()
              .openapi({ description: 'Groups beyond those shown; narrow the question to see them' }),
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

type Query = z.infer<typeof metricsQuery>;

export function addMetrics(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const scope = c.get('scope');
    const query = c.req.valid('query');
    const { range, stepMs } = seriesOf(query);
    const filter = { scope, envs: query.env, services: query.service, names: query.name, steps: query.step };
    const question = { filter, of: query.of, groupBy: query.groupBy, stepMs, durations: true };
    const apart = { service: query.groupBy.includes('service'), name: query.groupBy.includes('name') };
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) =>
        Promise.all([
          sumRollups(tx, range, question),
          query.of === 'steps' ? null : alongIndex(tx, countOpenRuns(tx, filter, apart)),
        ]),
      ),
      freshness.of(scope, { envs: query.env, services: query.service }),
    ]);
    const [rows, open] = value;
    const groups = groupRows(rows);
    const openOf = open === null ? null : groupOpen(open, query);
    const points = stepMs === null ? 1 : Math.ceil((range.to - range.from) / stepMs);
    const shown = groups.slice(0, Math.min(MOST_GROUPS, Math.max(1, Math.floor(MOST_POINTS / points))));
    return c.json(
      {
        groups: shown.map((group) => groupView(group, { query, range, stepMs, openOf })),
        groupsLeftOut: groups.length - shown.length,
        range: rangeJson(range),
        freshness: fresh,
        asOf: now,
      },
      200,
    );
  });
}

/** The rows of each group, those with most starts first. */
function groupRows(rows: readonly RollupRow[]): RollupRow[][] {
  const groups = new Map<string, RollupRow[]>();
  for (const row of rows) {
    const key = groupKey(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const started = (group: readonly RollupRow[]): number => group.reduce((sum, row) => sum + row.started, 0);
  return [...groups.entries()]
    .map(([key, group]) => ({ key, group, started: started(group) }))
    .toSorted((a, b) => b.started - a.started || (a.key < b.key ? -1 : 1))
    .map(({ group }) => group);
}

type OpenOfGroups = ReadonlyMap<string, OpenRuns[]>;

/** Open runs by group. */
function groupOpen(open: readonly OpenRuns[], { groupBy }: Query): OpenOfGroups {
  const groups = new Map<string, OpenRuns[]>();
  for (const run of open) {
    const { env, serviceKey: service, workflowName: name } = run;
    const key = groupKey({ env: groupBy.includes('env') ? env : null, service, name, step: null });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return groups;
}

const groupKey = ({ env, service, name, step }: Record<RollupDimension, string | null>): string =>
  JSON.stringify([env, service, name, step]);

function groupView(
  stored: readonly RollupRow[],
  {
    query,
    range,
    stepMs,
    openOf,
  }: { query: Query; range: TimeRange; stepMs: number | null; openOf: OpenOfGroups | null },
) {
  const { env, service, name, step } = stored[0]!;
  const rows = stored.map(readCounts);
  const total = addUp(rows);
  return {
    env,
    service,
    name,
    step,
    total: figures(total, range.to - range.from),
    open: openOf === null ? null : addUpOpen(openOf.get(groupKey(stored[0]!)) ?? []),
    histogram: query.histogram === 'true' ? histogram(total.durations) : null,
    series:
      stepMs === null
        ? null
        : rows
            .toSorted((a, b) => a.point - b.point)
            .map((row) => ({
              at: new Date(range.from + row.point * stepMs).toISOString(),
              ...figures(row, Math.min(stepMs, range.to - range.from - row.point * stepMs)),
            })),
  };
}
