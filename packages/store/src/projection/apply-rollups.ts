/**
 * Adds count changes to the rollups, into this process's slot.
 *
 * One upsert per rollup table by primary key, sorted by it, so that drains which share a slot wait for each other in
 * one order and cannot deadlock. Grows with the distinct (minute, name) pairs of the drain, not with its events.
 *
 * Minutes that are long over may have gone into spans already: a mark says so for each such quarter of an hour, and upkeep
 * makes those again (see rollups/make-spans).
 */
import type { Tx } from '../client.ts';
import type { RecordField } from './columns.ts';
import { fromRecords, recordArrays } from './record-arrays.ts';
import { NARROWEST } from '../rollups/span-widths.ts';
import type { RollupDelta } from './rollup-deltas.ts';

const COMMON: readonly RecordField[] = [
  { field: 'env', type: 'text' },
  { field: 'serviceKey', type: 'text' },
  { field: 'workflowName', type: 'text' },
  { field: 'minute', type: 'bigint' },
  { field: 'count', type: 'bigint' },
];
const MINUTE_FIELDS = [...COMMON, { field: 'stepName', type: 'text' }, { field: 'measure', type: 'text' }];
const DURATION_FIELDS = [...COMMON, { field: 'stepName', type: 'text' }, { field: 'bucket', type: 'integer' }];
const ERROR_FIELDS = [...COMMON, { field: 'errorGroup', type: 'text' }];

/** Behind the arrays of the rows. */
const slotAfter = (fields: readonly RecordField[]): string => `$${fields.length + 1}::smallint`;
const MINUTE = `timestamptz 'epoch' + r.minute * interval '1 minute'`;

const APPLY_MINUTES = `
INSERT INTO rollup_minutes AS t (minute, env, service_key, workflow_name, step_name, slot,
                                 started, completed, failed, cancelled, retries)
SELECT ${MINUTE}, r.env, r."serviceKey", r."workflowName", r."stepName", ${slotAfter(MINUTE_FIELDS)},
       coalesce(sum(count) FILTER (WHERE measure = 'started'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'completed'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'failed'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'cancelled'), 0),
       coalesce(sum(count) FILTER (WHERE measure = 'retries'), 0)
FROM ${fromRecords(MINUTE_FIELDS)}
GROUP BY r.env, r."serviceKey", r."workflowName", r."stepName", r.minute
ORDER BY r.env, r."serviceKey", r."workflowName", r."stepName", r.minute
ON CONFLICT (env, service_key, workflow_name, step_name, minute, slot) DO UPDATE
SET started = t.started + EXCLUDED.started, completed = t.completed + EXCLUDED.completed,
    failed = t.failed + EXCLUDED.failed, cancelled = t.cancelled + EXCLUDED.cancelled,
    retries = t.retries + EXCLUDED.retries`;

const APPLY_DURATIONS = `
INSERT INTO rollup_durations AS t (minute, env, service_key, workflow_name, step_name, bucket, slot, count)
SELECT ${MINUTE}, r.env, r."serviceKey", r."workflowName", r."stepName", r.bucket, ${slotAfter(DURATION_FIELDS)}, r.count
FROM ${fromRecords(DURATION_FIELDS)}
ORDER BY r.env, r."serviceKey", r."workflowName", r."stepName", r.minute, r.bucket
ON CONFLICT (env, service_key, workflow_name, step_name, minute, bucket, slot) DO UPDATE
SET count = t.count + EXCLUDED.count`;

const APPLY_ERRORS = `
INSERT INTO rollup_errors AS t (minute, env, service_key, workflow_name, error_group, slot, count)
SELECT ${MINUTE}, r.env, r."serviceKey", r."workflowName", r."errorGroup", ${slotAfter(ERROR_FIELDS)}, r.count
FROM ${fromRecords(ERROR_FIELDS)}
ORDER BY r.env, r."serviceKey", r."workflowName", r."errorGroup", r.minute
ON CONFLICT (minute, env, service_key, workflow_name, error_group, slot) DO UPDATE
SET count = t.count + EXCLUDED.count`;

const MARK_LATE = `
INSERT INTO rollup_late (start, env, service_key)
SELECT timestamptz 'epoch' + r.minute * interval '1 minute', r.env, r."serviceKey"
FROM jsonb_to_recordset($1::text::jsonb) AS r(minute bigint, env text, "serviceKey" text)`;

/** Minutes this old are marked. */
const LATE_AFTER_MINUTES = 5;
/**
 * A transaction that is older than this could still change a quarter of an hour without a mark, because it may have read
 * the clock when it began: while there is one, none is made.
 */
export const LONGEST_TRANSACTION_MINUTES = 10;
/** Upkeep leaves a quarter alone for so long after its end: what is beyond the two above is for clocks that are wrong. */
export const UNTOUCHED_MINUTES = 30;

/** @param slot from 0 to 32,767; drains that run at the same time should each have their own */
export async function applyRollups(tx: Tx, deltas: readonly RollupDelta[], slot: number): Promise<void> {
  const durations = deltas.filter(({ measure }) => measure === 'duration');
  const errors = deltas.filter(({ measure }) => measure === 'error');
  const minutes = deltas.filter(({ measure }) => measure !== 'duration' && measure !== 'error');
  const late = lateQuarters(deltas);
  await Promise.all(
    (
      [
        [APPLY_MINUTES, MINUTE_FIELDS, minutes],
        [APPLY_DURATIONS, DURATION_FIELDS, durations],
        [APPLY_ERRORS, ERROR_FIELDS, errors],
      ] as const
    )
      .filter(([, , rows]) => rows.length > 0)
      .map(([statement, fields, rows]) =>
        tx.unsafe(statement, [...recordArrays(fields, rows), slot], { prepare: true }),
      )
      .concat(late.length === 0 ? [] : tx.unsafe(MARK_LATE, [JSON.stringify(late)], { prepare: true })),
  );
}

function lateQuarters(deltas: readonly RollupDelta[]) {
  const lateBefore = Math.floor(Date.now() / 60_000) - LATE_AFTER_MINUTES;
  const quarters = new Map<string, { minute: number; env: string; serviceKey: string }>();
  for (const { minute, env, serviceKey } of deltas) {
    if (minute >= lateBefore) continue;
    const start = minute - (minute % NARROWEST);
    quarters.set(`${start}\0${env}\0${serviceKey}`, { minute: start, env, serviceKey });
  }
  return [...quarters.values()];
}
