/** The fields of a logged event that the fold reads, as a piece of a select list. */

/** Values that may be large and that no fold reads, and the envelope, which has columns of its own. */
const LEFT_OUT = `'{input,result,output,eventId,timestamp,type,source,workflowId,workflowName,executionId,env,serviceKey}'::text[]`;

export interface FoldFields {
  at: number;
  id: string;
  type: string;
  workflowName: string;
  executionId: string | null;
  hasValue: boolean;
  body: unknown;
}

/** @param alias where event_type, workflow_name, execution_id and payload come from; `at` and `id` are the caller's */
export function foldFields(alias: string): string {
  return `
       ${alias}.event_type AS "type", ${alias}.workflow_name AS "workflowName", ${alias}.execution_id AS "executionId",
       CASE ${alias}.event_type
         WHEN 'workflow.started' THEN ${alias}.payload ? 'input'
         WHEN 'workflow.queued' THEN ${alias}.payload ? 'input'
         WHEN 'step.completed' THEN ${alias}.payload ? 'result'
         WHEN 'workflow.completed' THEN ${alias}.payload ?| '{output,result}'
         ELSE false
       END AS "hasValue",
       CASE WHEN ${alias}.event_type IN ('workflow.started', 'workflow.queued', 'workflow.resumed') THEN '{}'
            ELSE ${alias}.payload - ${LEFT_OUT} END AS "body"`;
}
