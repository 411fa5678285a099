/**
 * What of a few things is true of runs: that they have a step, a value in the input, a text in the error.
 *
 * Reads: workflows, input and error message among it, and workflow_steps. Index: the primary key of the one, the unique key
 * of the other. Growth: with the runs times the things, both of which the caller bounds.
 */
import type { Sql, Tx } from '../client.ts';
import { hasErrorText, hasStep, hasTag, type InputTag } from '../read/workflows/workflow-filter.ts';

export type Look = { step: string } | { tag: InputTag } | { errorText: string };

/** One row for each run that there is; `found` answers in the order of the looks, of which there must be one at least. */
export function lookCloser(sql: Sql | Tx, ids: readonly string[], looks: readonly Look[]) {
  const answers = looks
    .map((look) => {
      if ('step' in look) return hasStep(sql, look.step);
      return 'tag' in look ? hasTag(sql, look.tag) : hasErrorText(sql, look.errorText);
    })
    .reduce((all, one) => sql`${all}, ${one}`);
  return sql<{ id: string; found: boolean[] }[]>`
    SELECT workflows.id, ARRAY[${answers}] AS found FROM workflows WHERE workflows.id = ANY(${[...ids]}::text[]::uuid[])`;
}
