/**
 * Deletes projection rows that a refold no longer makes. By primary key, one statement per table that has any; a late
 * event rarely removes rows, so most drains send none.
 */
import type { Tx } from '../client.ts';

export interface GoneRows {
  workflows: string[];
  steps: string[];
  attempts: string[];
  sleeps: string[];
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
      .map((kind) =>
        tx.unsafe(`DELETE FROM ${TABLES[kind]} WHERE id = ANY ($1::text[]::uuid[])`, [gone[kind]], { prepare: true }),
      ),
  );
}
