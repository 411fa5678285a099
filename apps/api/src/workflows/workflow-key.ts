import type { WorkflowKey } from '@wm/projection';
import { covers, type ReadScope } from '@wm/store';
import { ProblemError } from '../http/problem.ts';

/** The key that a path names. @throws 404 where the reader's scope does not reach it, as if it did not exist */
export function keyInScope(path: { env: string; service: string; workflowId: string }, scope: ReadScope): WorkflowKey {
  const key = { env: path.env, serviceKey: path.service, workflowId: path.workflowId };
  if (!covers(scope, key)) throw noSuchWorkflow(key, undefined);
  return key;
}

export function noSuchWorkflow(key: WorkflowKey, run: number | undefined): ProblemError {
  const which = run === undefined ? 'workflow' : `run ${run} of a workflow`;
  return new ProblemError(
    404,
    `There is no ${which} with the id ${JSON.stringify(key.workflowId)} of ${JSON.stringify(key.serviceKey)} in ${JSON.stringify(key.env)}, or your key does not reach it.`,
  );
}
