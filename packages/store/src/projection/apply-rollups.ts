/**
 * Adds count changes to the rollups, into this process's slot.
 *
 * One upsert per rollup table by primary key, sorted by it, so that drains which share a slot wait for each other in
 * one order and cannot deadlock. Grows with the distinct (minute, name) pairs of the drain, not with its events.
 */
import type { Tx } from '../client.ts';
import type { RollupDelta } from './rollup-deltas.ts';

const ROW = `env text, "serviceKey" text, "workflowName" text, "stepName" text, minute bigint, count bigint`;
const MINUTE = `timestamptz 'epoch' + r.minute * interval '1 minute'`;

const APPLY_MINUTES = `
INSERT INTO rollup_minutes AS t (minute, env, service_key, workflow_name, step_name, slot,
                                 started, completed, failed, cancelled, retries)
SELECT ${MINUTE}, r.env, r."serviceKey", r."workflowName", r."stepName", $2::smallint,
       coalesce(sum(count) FILTER (WHERE measure = 'started'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'completed'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'failed'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'cancelled'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'retries'), 0)
FROM jsonb_to_recordset($1::text::jsonb) AS r(${ROW}, measure text)
GROUP BY r.env, r."serviceKey", r."workflowName", r."stepName", r.minute
ORDER BY r.env, r."serviceKey", r."workflowName", r."stepName", r.minute
ON CONFLICT (env, service_key, workflow_name, step_name, minute, slot) DO UPDATE
SET started = t.started + EXCLUDED.started, completed = t.completed + EXCLUDED.completed,
    failed = t.failed + EXCLUDED.failed, cancelled = t.cancelled + EXCLUDED.cancelled,
    retries = t.retries + EXCLUDED.retries`;

const APPLY_DURATIONS = `
INSERT INTO rollup_durations AS t (minute, env, service_key, workflow_name, step_name, bucket, slot, count)
SELECT ${MINUTE}, r.env, r."serviceKey", r."workflowName", r."stepName", r.bucket, $2::smallint, r.count
FROM jsonb_to_recordset($1::text::jsonb) AS r(${ROW}, bucket smallint)
ORDER BY r.env, r."serviceKey", r."workflowName", r."stepName", r.minute, r.bucket
ON CONFLICT (env, service_key, workflow_name, step_name, minute, bucket, slot) DO UPDATE
SET count = t.count + EXCLUDED.count`;

const APPLY_ERRORS = `
INSERT INTO rollup_errors AS t (minute, env, service_key, workflow_name, error_group, slot, count)
SELECT ${MINUTE}, r.env, r."serviceKey", r."workflowName", r."errorGroup", $2::smallint, r.count
FROM jsonb_to_recordset($1::text::jsonb) AS r(${ROW}, "errorGroup" text)
ORDER BY r.env, r."serviceKey", r."workflowName", r."errorGroup", r.minute
ON CONFLICT (env, service_key, workflow_name, error_group, minute, slot) DO UPDATE
SET count = t.count + EXCLUDED.count`;

/** @param slot from 0 to 32,767; drains that run at the same time should each have their own */
export async function applyRollups(tx: Tx, deltas: readonly RollupDelta[], slot: number): Promise<void> {
  const durations = deltas.filter(({ measure }) => measure === 'duration');
  const errors = deltas.filter(({ measure }) => measure === 'error');
  const minutes = deltas.filter(({ measure }) => measure !== 'duration' && measure !== 'error');
  await Promise.all(
    (
      [
        [APPLY_MINUTES, minutes],
        [APPLY_DURATIONS, durations],
        [APPLY_ERRORS, errors],
      ] as const
    )
      .filter(([, rows]) => rows.length > 0)
      .map(([statement, rows]) => tx.unsafe(statement, [JSON.stringify(rows), slot], { prepare: true })),
  );
}
