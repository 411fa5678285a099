/**
 * Deletes projection rows that a refold no longer makes. By primary key, one statement per table that has any; a late
 * event rarely removes rows, so most drains send none.
 *
 * An id alone does not say whose row it is: a damaged row may hold the id of another workflow's, and when that workflow
 * has been mended meanwhile, the id is its row's again. So a row goes only from the workflow that it was found in.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';

export interface GoneRow {
  id: string;
  /** The workflow whose row it is, which the transaction holds the lock of; null: whosever it is, it is in the way. */
  of: WorkflowKey | null;
}

export interface GoneRows {
  workflows: GoneRow[];
  steps: GoneRow[];
  attempts: GoneRow[];
  sleeps: GoneRow[];
}

const TABLES = {
  workflows: 'workflows',
  steps: 'workflow_steps',
  attempts: 'step_attempts',
  sleeps: 'workflow_sleeps',
} as const satisfies Record<keyof GoneRows, string>;

export async function deleteRows(tx: Tx, gone: GoneRows): Promise<void> {
  await Promise.all(
    (Object.keys(TABLES) as (keyof GoneRows)[])
      .filter((kind) => gone[kind].length > 0)
      .map((kind) => {
        const rows = gone[kind].map(({ id, of }) => ({ id, ...of }));
        return tx.unsafe(deleteFrom(TABLES[kind]), [JSON.stringify(rows)], { prepare: true });
      }),
  );
}

function deleteFrom(table: string): string {
  return `
DELETE FROM ${table} t
USING jsonb_to_recordset($1::text::jsonb) AS gone(id uuid, env text, "serviceKey" text, "workflowId" text)
WHERE t.id = gone.id
  AND (gone.env IS NULL OR (t.env, t.service_key, t.workflow_id) = (gone.env, gone."serviceKey", gone."workflowId"))`;
}
