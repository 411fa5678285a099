/** Two environments with two services each, every one with data of every kind that carries its mark. */
import { randomUUID } from 'node:crypto';
import { createKey, revokeKey, rotateKey, type KeyScope } from '@wm/store';
import {
  idOf,
  insertAttempt,
  insertCounts,
  insertEvent,
  insertRun,
  insertService,
  insertSleep,
  insertStep,
} from '../rows.ts';
import { createTestApi, type TestApi } from '../test-api.ts';

export interface Cell {
  env: string;
  service: string;
}

/** What a key is limited to. */
export interface Reach {
  env?: string;
  serviceKey?: string;
}

export const CELLS: readonly Cell[] = ['env-a', 'env-b'].flatMap((env) =>
  ['svc-a', 'svc-b'].map((service) => ({ env, service })),
);
export const WORKFLOW = 'order-1';
export const STEP = 'pay';

export const markOf = ({ env, service }: Cell): string => `mark(${env}/${service})`;
export const reaches = (reach: Reach, { env, service }: Cell): boolean =>
  (reach.env ?? env) === env && (reach.serviceKey ?? service) === service;

/** Id of the event that began the workflow of a cell. */
export const startedEventOf = (cell: Cell): string => idOf(markOf(cell));

const AT = new Date('2026-03-01T12:00:00.000Z');
const WAKES_AT = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 30 * 60_000);

export interface World {
  api: TestApi;
  /** A rejected event of the cell that nobody has decided about; its id. */
  newEntry: (cell: Cell) => Promise<string>;
  /** What can be told of an entry from the outside: redriven, discarded, its actions. */
  entryState: (id: string) => Promise<{ settled: boolean; actions: number }>;
  keyOf: (scope: KeyScope, reach?: Reach) => Promise<string>;
  badTokens: () => Promise<
    Record<'malformed' | 'wrong secret' | 'made up' | 'expired' | 'revoked' | 'replaced', string>
  >;
}

/** @param cells which of them there are */
export async function createWorld(cells: readonly Cell[] = CELLS): Promise<World> {
  const api = await createTestApi('on');
  const { sql } = api;
  for (const cell of cells) await fill(api, cell);
  return {
    api,
    newEntry: (cell) => insertEntry(api, cell),
    entryState: async (id) => {
      const [row] = await sql<{ settled: boolean; actions: number }[]>`
        SELECT coalesce(redriven_at, discarded_at) IS NOT NULL AS settled,
          (SELECT count(*) FROM quarantine_actions WHERE quarantine_id = ${id}) AS actions
        FROM quarantined_events WHERE id = ${id}`;
      return row!;
    },
    keyOf: async (scope, reach = {}) => (await createKey(sql, { name: scope, scope, ...reach })).token,
    badTokens: async () => {
      const good = await createKey(sql, { name: 'good', scope: 'operate' });
      const expired = await createKey(sql, { name: 'expired', scope: 'operate', lifetimeMs: -1 });
      const revoked = await createKey(sql, { name: 'revoked', scope: 'operate' });
      await revokeKey(sql, revoked.id);
      const replaced = await createKey(sql, { name: 'replaced', scope: 'operate' });
      await rotateKey(sql, replaced.id, { graceMs: 0 });
      return {
        malformed: 'nonsense',
        'wrong secret': good.token.slice(0, -43) + (good.token.at(-43) === 'A' ? 'B' : 'A') + good.token.slice(-42),
        'made up': good.token.replace(/_[0-9a-f]{32}_/, `_${randomUUID().replaceAll('-', '')}_`),
        expired: expired.token,
        revoked: revoked.token,
        replaced: replaced.token,
      };
    },
  };
}

async function fill(api: TestApi, cell: Cell): Promise<void> {
  const { sql } = api;
  const of = { env: cell.env, serviceKey: cell.service, workflowId: WORKFLOW };
  const mark = markOf(cell);
  await insertRun(sql, of, {
    workflow_name: mark,
    input: sql.json({ mark }),
    error_message: mark,
    status: 'failed',
    failed_at: AT,
    error_group: 'abcd',
  });
  const minute = { minute: AT, env: cell.env, service_key: cell.service, workflow_name: mark, slot: 0 };
  await sql`INSERT INTO rollup_errors ${sql({ ...minute, error_group: 'abcd', count: 1 })}`;
  await sql`INSERT INTO rollup_minutes ${sql({ ...minute, step_name: STEP, failed: 1 })}`;
  await insertStep(sql, of, STEP, { error_message: mark });
  await insertAttempt(sql, of, STEP, 1, { error_message: mark });
  await insertSleep(sql, of, AT);
  const event = { at: AT, payload: { mark } };
  await insertEvent(sql, of, { ...event, type: 'workflow.started', id: startedEventOf(cell), pending: true });
  await insertEvent(sql, of, {
    ...event,
    type: 'odd',
    id: idOf(`odd ${mark}`),
    columns: { processing_error: mark },
  });
  await insertEntry(api, cell);
  await insertService(sql, of);
  await insertCounts(sql, { ...of, name: mark, at: new Date() }, { started: 1, completed: 1 }, [1_000]);
  await insertRun(sql, { ...of, workflowId: `open-${mark}` }, { workflow_name: mark, status: 'running' });
  const paused = { workflow_name: mark, status: 'paused', pause_reason: 'sleep', resume_at: WAKES_AT };
  await insertRun(sql, { ...of, workflowId: `paused-${mark}` }, paused);
}

async function insertEntry({ sql }: TestApi, cell: Cell): Promise<string> {
  const mark = markOf(cell);
  const raw = JSON.stringify({ ...eventOf(cell), mark });
  const [row] = await sql<{ id: string }[]>`
    INSERT INTO quarantined_events (hash, reason, detail, raw, env, service_key)
    VALUES (sha256(${Buffer.from(randomUUID())}), ${mark}, ${mark}, ${Buffer.from(raw)}, ${cell.env}, ${cell.service})
    RETURNING id`;
  return row!.id;
}

/** An event that ingest would take. */
export function eventOf({ env, service }: Cell): Record<string, unknown> {
  return {
    eventId: randomUUID(),
    timestamp: AT.toISOString(),
    type: 'workflow.started',
    workflowId: `new-${randomUUID()}`,
    workflowName: 'w',
    env,
    serviceKey: service,
    input: {},
  };
}
