/** Services with their environments, as two routes show them. */
import { z } from '@hono/zod-openapi';
import { alongIndex, countOpenRuns, inSnapshot, listServices, sumRollups } from '@wm/store';
import type { OpenRuns, ReadScope, ServiceView, TimeRange } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import { EARLIEST_MS } from '../http/cursor.ts';
import { instantJson } from '../http/params.ts';
import { addUp, figureFields, figures, readCounts } from '../statistics/figures.ts';
import { addUpOpen, openSchema } from '../statistics/open-runs.ts';
import { health, healthSchema } from './health.ts';

export const serviceSchema = z
  .object({
    serviceKey: z.string(),
    displayName: z.string().nullable(),
    description: z.string().nullable(),
    createdAt: instantJson.openapi({ description: 'When it was first heard of' }),
    environments: z.array(
      z.object({
        env: z.string(),
        ...figureFields,
        open: openSchema,
        health: healthSchema,
        lastEventAt: instantJson.nullable().openapi({ description: 'Newest time that an event itself names' }),
        lastArrivalAt: instantJson.openapi({ description: 'Newest arrival, about ten seconds behind' }),
        lastDelayMs: z
          .int()
          .nullable()
          .openapi({ description: 'From its own time to its arrival; below 0: its clock is ahead of the database' }),
        pendingEvents: z.int(),
        lagMs: z.int().openapi({ description: 'How long the oldest of those waits; 0: none does' }),
      }),
    ),
  })
  .openapi('Service');

/** By key; those of one key where it is named. */
export async function readServices(
  { sql, freshness }: ApiParts,
  scope: ReadScope,
  range: TimeRange,
  asked: { envs: readonly string[]; serviceKey: string | null },
): Promise<{ services: z.input<typeof serviceSchema>[]; asOf: Date }> {
  const before = { from: Math.max(EARLIEST_MS, range.from - (range.to - range.from)), to: range.from };
  const services = asked.serviceKey === null ? [] : [asked.serviceKey];
  const question = {
    filter: { scope, envs: asked.envs, services, names: [], steps: [] },
    of: 'workflows',
    groupBy: ['env', 'service'],
    stepMs: null,
  } as const;
  const { value, asOf } = await inSnapshot(sql, (tx) =>
    Promise.all([
      listServices(tx, scope, asked.serviceKey),
      sumRollups(tx, range, { ...question, durations: true }),
      sumRollups(tx, before, { ...question, durations: false }),
      alongIndex(tx, countOpenRuns(tx, question.filter, { service: true, name: false })),
    ]),
  );
  const [known, now, earlier, open] = value;
  const counts = [byService(now.map(readCounts)), byService(earlier.map(readCounts)), byService(open)] as const;
  const shown = known.filter(({ env }) => asked.envs.length === 0 || asked.envs.includes(env));
  const keys = [...new Set(shown.map(({ serviceKey }) => serviceKey))];
  return {
    services: await Promise.all(
      keys.map(async (serviceKey) => {
        const rows = shown.filter((row) => row.serviceKey === serviceKey);
        const { displayName, description, createdAt } = rows[0]!;
        const environments = await Promise.all(
          rows.map(async (row) => ({
            ...environmentView(row, range, counts),
            ...(await freshness.backlogOf(row.env, serviceKey)),
          })),
        );
        return { serviceKey, displayName, description, createdAt: createdAt.toISOString(), environments };
      }),
    ),
    asOf,
  };
}

type OwnCounts = ReturnType<typeof readCounts>;
type ByService<T> = (env: string, serviceKey: string) => readonly T[];

/** Looks rows up by environment and service. */
function byService<T extends { env: string | null } & ({ service: string | null } | { serviceKey: string | null })>(
  rows: readonly T[],
): ByService<T> {
  const keyOf = (env: string | null, service: string | null): string => JSON.stringify([env, service]);
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row.env, 'service' in row ? row.service : row.serviceKey);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return (env, serviceKey) => groups.get(keyOf(env, serviceKey)) ?? [];
}

function environmentView(
  { env, serviceKey, lastEventAt, lastArrivalAt, lastDelayMs }: ServiceView,
  { from, to }: TimeRange,
  [counted, countedBefore, open]: readonly [ByService<OwnCounts>, ByService<OwnCounts>, ByService<OpenRuns>],
) {
  const now = addUp(counted(env, serviceKey));
  return {
    env,
    ...figures(now, to - from),
    open: addUpOpen(open(env, serviceKey)),
    health: health(now, addUp(countedBefore(env, serviceKey))),
    lastEventAt: lastEventAt?.toISOString() ?? null,
    lastArrivalAt: lastArrivalAt.toISOString(),
    lastDelayMs,
  };
}
