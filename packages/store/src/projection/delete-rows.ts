/**
 * Deletes projection rows that a refold no longer makes. In the range of their workflow (its unique key), one statement
 * per table that has any; a late event rarely removes rows, so most drains send none.
 *
 * An id alone does not say whose row it is: a damaged row may hold the id of another workflow's, and when that workflow
 * has been mended meanwhile, the id is its row's again. So a row goes only from the workflow that it was found in.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';

export interface GoneRow {
  id: string;
  /** The workflow whose row it is, which the transaction holds the lock of. */
  of: WorkflowKey;
}

export interface GoneRows {
  workflows: GoneRow[];
  steps: GoneRow[];
  attempts: GoneRow[];
  sleeps: GoneRow[];
  /** Ids of runs that must be free, whosever row holds one: they are unique over all workflows. By primary key. */
  freedRunIds: string[];
}

const TABLES = {
  workflows: 'workflows',
  steps: 'workflow_steps',
  attempts: 'step_attempts',
  sleeps: 'workflow_sleeps',
} as const;

type Kind = keyof typeof TABLES;

export function nothingGone(): GoneRows {
  return { workflows: [], steps: [], attempts: [], sleeps: [], freedRunIds: [] };
}

export async function deleteRows(tx: Tx, gone: GoneRows): Promise<void> {
  const kinds = (Object.keys(TABLES) as Kind[]).filter((kind) => gone[kind].length > 0);
  const ids = gone.freedRunIds;
  await Promise.all([
    ...kinds.map((kind) => {
      const rows = gone[kind].map(({ id, of }) => ({ id, ...of }));
      return tx.unsafe(deleteFrom(TABLES[kind]), [JSON.stringify(rows)], { prepare: true });
    }),
    ...(ids.length > 0 ? [tx`DELETE FROM workflows WHERE id = ANY (${`{${ids.join(',')}}`}::text::uuid[])`] : []),
  ]);
}

function deleteFrom(table: string): string {
  return `
DELETE FROM ${table} t
USING jsonb_to_recordset($1::text::jsonb) AS gone(id uuid, env text, "serviceKey" text, "workflowId" text)
WHERE t.env = gone.env AND t.service_key = gone."serviceKey" AND t.workflow_id = gone."workflowId" AND t.id = gone.id`;
}
