/** Workflow keys as query parameters and as map keys. */
import type { WorkflowKey } from '@wm/projection';

/** One string for one key. Names cannot hold NUL: ingest sets such events aside. */
export function keyText(key: WorkflowKey): string {
  return `${key.env}\0${key.serviceKey}\0${key.workflowId}`;
}

/** The three arrays that `unnest($1::text[], $2::text[], $3::text[])` takes, in the order of the keys. */
export function keyArrays(keys: readonly WorkflowKey[]): [string[], string[], string[]] {
  return [keys.map((key) => key.env), keys.map((key) => key.serviceKey), keys.map((key) => key.workflowId)];
}

/** The same of runs, for `unnest($1::text[], $2::text[], $3::text[], $4::integer[])`. */
export function runArrays(runs: readonly (WorkflowKey & { run: number })[]): [string[], string[], string[], number[]] {
  return [...keyArrays(runs), runs.map(({ run }) => run)];
}

/** The advisory lock of a workflow, as an SQL expression over its three key columns. */
export function lockHash(alias: string): string {
  return `hashtextextended(${alias}.env || chr(31) || ${alias}.service_key || chr(31) || ${alias}.workflow_id, 0)`;
}
