import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { alongIndex, forecastResumes, inSnapshot, JUDGED_AT_MOST, listActive } from '@wm/store';
import type { ActiveRun } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { positionCursor } from '../http/cursor.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, instantJson, limit, name, nextCursor, positionCursorParam, repeated } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { NOTHING_EXPECTED, runView } from '../workflows/run-view.ts';
import { runSummarySchema } from '../workflows/schemas.ts';
import { ACTIVITY_RULES, activeState, evidenceSchema, pastResume, type Evidence } from './activity.ts';
import type { Usual } from './expectations.ts';

const names = (what: string) =>
  repeated(name).openapi({
    description: `Only ${what}; may be given more than once`,
    type: 'array',
    items: { type: 'string' },
  });
const filterFields = {
  env: names('these environments'),
  service: names('these services'),
  name: names('workflows of these names'),
};

const activeSchema = runSummarySchema
  .omit({ activityState: true })
  .extend({
    activityState: activeState,
    evidence: evidenceSchema,
    resumesInMs: z.int().nullable().openapi({ description: 'Of a paused run: until its time; below 0: since then' }),
    silentMs: z.int().openapi({ description: 'Since its newest event' }),
    usualSteps: z.number().nullable().openapi({
      description:
        'Steps that a completed run of this name has on average, of the last seven days; null: too few to tell',
    }),
  })
  .openapi('ActiveRun');

const stateCounts = z.object({ active: z.int(), scheduled: z.int(), overdue: z.int(), stuck: z.int() });

const listRoute = createRoute({
  method: 'get',
  path: '/v1/active',
  summary: 'Runs that are running or paused, newest first, and which of them are late or stuck',
  description: `Newest runs of their workflow only. With more than ${JUDGED_AT_MOST} of them the newest so many are looked at.`,
  request: {
    query: z.strictObject({
      ...filterFields,
      state: repeated(activeState).openapi({
        description: 'Only these states; may be given more than once',
        type: 'array',
        items: { type: 'string', enum: activeState.options },
      }),
      limit,
      cursor: positionCursorParam,
    }),
  },
  responses: {
    200: {
      description: 'A page',
      content: {
        'application/json': {
          schema: z.object({
            active: z.array(activeSchema),
            counts: z
              .array(z.object({ env: z.string(), ...stateCounts.shape }))
              .openapi({ description: 'Of every environment, whatever states are asked for' }),
            complete: z.boolean().openapi({ description: `false: there are more than ${JUDGED_AT_MOST} open runs` }),
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

const forecastRoute = createRoute({
  method: 'get',
  path: '/v1/active/forecast',
  summary: 'How many paused runs are due in each minute of the coming hours',
  request: {
    query: z.strictObject({
      ...filterFields,
      hours: z.coerce.number().int().min(1).max(48).default(3).openapi({ description: '1 to 48', type: 'integer' }),
    }),
  },
  responses: {
    200: {
      description: 'The minutes',
      content: {
        'application/json': {
          schema: z.object({
            minutes: z
              .array(
                z.object({
                  at: instantJson,
                  resumes: z.int().openapi({ description: 'Sleeps that end' }),
                  retries: z.int().openapi({ description: 'Waits for a retry that end' }),
                }),
              )
              .openapi({
                description: 'Those in which any is due, in order; what is due already stands in the present one',
              }),
            freshness: freshnessSchema,
            asOf,
          }),
        },
      },
    },
    ...problemResponses,
  },
});

export function addActive(app: OpenAPIHono<ApiEnv>, { sql, freshness, usual }: ApiParts): void {
  app.openapi(listRoute, async (c) => {
    const scope = c.get('scope');
    const { env, service, name: called, state, limit: size, cursor } = c.req.valid('query');
    const filter = { scope, envs: env, services: service, names: called };
    const known = await usual.read();
    const rules = { ...ACTIVITY_RULES, expectations: known.expectations };
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) =>
        alongIndex(tx, listActive(tx, { filter, rules, states: state }, cursor ?? null, size + 1)),
      ),
      freshness.of(scope, { envs: env, services: service }),
    ]);
    const counts = value[0]?.counts ?? [];
    const rows = value.filter((row) => row.id !== null);
    const page = rows.slice(0, size);
    const last = rows.length > size ? page.at(-1) : undefined;
    const judged = counts.reduce((sum, { runs }) => sum + runs, 0);
    const envs = [...new Set(counts.map((count) => count.env))].toSorted();
    const countOf = (of: string, what: string) =>
      counts.find((count) => count.env === of && count.activityState === what)?.runs ?? 0;
    return c.json(
      {
        active: page.map((run) => activeView(run, now, known)),
        counts: envs.map((of) => ({
          env: of,
          active: countOf(of, 'active'),
          scheduled: countOf(of, 'scheduled'),
          overdue: countOf(of, 'overdue'),
          stuck: countOf(of, 'stuck'),
        })),
        complete: judged < JUDGED_AT_MOST,
        nextCursor: last === undefined ? null : positionCursor(last.sortAt, last.id),
        freshness: fresh,
        asOf: now,
      },
      200,
    );
  });
  app.openapi(forecastRoute, async (c) => {
    const scope = c.get('scope');
    const { env, service, name: called, hours } = c.req.valid('query');
    const filter = { scope, envs: env, services: service, names: called };
    const [{ value: minutes, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => alongIndex(tx, forecastResumes(tx, filter, hours))),
      freshness.of(scope, { envs: env, services: service }),
    ]);
    return c.json({ minutes: [...minutes], freshness: fresh, asOf: now }, 200);
  });
}

function activeView(run: ActiveRun & { counts: unknown }, now: Date, known: Usual) {
  const { expectedMs: _expected, expectedOfStep: _of, counts: _counts, ...shown } = run;
  return {
    ...runView(shown, now, NOTHING_EXPECTED),
    activityState: run.activityState,
    evidence: evidenceIn(run, now),
    resumesInMs: run.resumeAt === null ? null : run.resumeAt.getTime() - now.getTime(),
    usualSteps: known.stepsOf(run),
  };
}

/** By the very figures that the store has judged it by. */
function evidenceIn(run: ActiveRun, now: Date): Evidence {
  const { activityState, status, resumeAt, silentMs, expectedMs, expectedOfStep } = run;
  if (activityState !== 'overdue' && activityState !== 'stuck') return null;
  if (status === 'paused') return pastResume(resumeAt!, now, activityState);
  return { kind: 'silent', silentMs, usualMs: expectedMs!, ofStep: expectedOfStep };
}
