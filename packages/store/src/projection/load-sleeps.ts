/**
 * Reads the open sleeps of several runs at once.
 *
 * One range of the unique index (env, service_key, workflow_id, run, start_event_id) per run; grows with the sleeps that
 * those runs have.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { selectList, sleepColumns } from './columns.ts';
import type { SleepRecord } from './stored-rows.ts';

const LOAD_SLEEPS = `
SELECT ${selectList(sleepColumns, 's')}
FROM jsonb_to_recordset($1::text::jsonb) AS k(env text, "serviceKey" text, "workflowId" text, run integer)
JOIN workflow_sleeps s
  ON s.env = k.env AND s.service_key = k."serviceKey" AND s.workflow_id = k."workflowId" AND s.run = k.run
WHERE s.end_reason IS NULL`;

export async function loadSleeps(tx: Tx, runs: readonly (WorkflowKey & { run: number })[]): Promise<SleepRecord[]> {
  return tx.unsafe<SleepRecord[]>(LOAD_SLEEPS, [JSON.stringify(runs)], { prepare: true });
}
