/**
 * Reads the open sleeps of several runs at once: those named, or all where the run has too much open to name it.
 *
 * A look-up in the unique index (env, service_key, workflow_id, run, start_event_id) for each name; else a range of it,
 * which grows with the sleeps of the run.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { selectList, sleepColumns } from './columns.ts';
import type { SleepRecord } from './stored-rows.ts';
import { runArrays } from './workflow-keys.ts';

const OF_RUN = `
  ON s.env = k.env AND s.service_key = k.service_key AND s.workflow_id = k.workflow_id AND s.run = k.run`;

const LOAD_NAMED_SLEEPS = `
SELECT ${selectList(sleepColumns, 's')}
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[]::uuid[])
  AS k(env, service_key, workflow_id, run, start_event_id)
JOIN workflow_sleeps s ${OF_RUN} AND s.start_event_id = k.start_event_id`;

const LOAD_OPEN_SLEEPS = `
SELECT ${selectList(sleepColumns, 's')}
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS k(env, service_key, workflow_id, run)
JOIN workflow_sleeps s ${OF_RUN} AND s.end_reason IS NULL`;

export interface SleepsWanted extends WorkflowKey {
  run: number;
  allOpen: boolean;
  /** Start events. */
  sleeps: readonly string[];
}

export async function loadSleeps(tx: Tx, wanted: readonly SleepsWanted[]): Promise<SleepRecord[]> {
  const named = wanted.flatMap((run) => run.sleeps.map((startEventId) => ({ ...run, startEventId })));
  const open = wanted.filter(({ allOpen }) => allOpen);
  const read = async (statement: string, runs: readonly SleepsWanted[], ...more: string[][]): Promise<SleepRecord[]> =>
    runs.length === 0 ? [] : tx.unsafe<SleepRecord[]>(statement, [...runArrays(runs), ...more], { prepare: true });
  const ids = named.map(({ startEventId }) => startEventId);
  const found = await Promise.all([read(LOAD_NAMED_SLEEPS, named, ids), read(LOAD_OPEN_SLEEPS, open)]);
  return found.flat();
}
