/** The run that a view is about: its address, and the answer of the api about it. */
import { useQuery } from '@tanstack/react-query';
import type { Run } from '@wm/client';
import { useChanges } from '../../api/live.tsx';
import { ask, type Answer } from '../../api/queries.ts';
import { runNumber, type Tab } from './search.ts';

export type Detail = Answer<'GET /v1/workflows/{env}/{service}/{workflowId}'>;

export const WORKFLOW_ROUTE = '/workflows/$env/$service/$workflowId';
export const STEP_ROUTE = '/workflows/$env/$service/$workflowId/steps/$step';

export interface RunPath {
  env: string;
  service: string;
  workflowId: string;
}

/** Which run of which id; `run` absent: the newest. */
export interface RunKey {
  path: RunPath;
  run?: number;
}

export function runKey({ env, service, workflowId }: RunPath, run: string | undefined): RunKey {
  const number = runNumber(run);
  return { path: { env, service, workflowId }, ...(number !== undefined && { run: number }) };
}

type Named = Pick<Run, 'env' | 'serviceKey' | 'workflowId' | 'run'>;

export function pathOf({ env, serviceKey, workflowId }: Named): RunPath {
  return { env, service: serviceKey, workflowId };
}

/** Where a link to a run leads. */
export function runTarget(run: Named, tab?: Tab) {
  return { to: WORKFLOW_ROUTE, params: pathOf(run), search: { run: String(run.run), ...(tab && { tab }) } } as const;
}

/** Where a link to a step of a run leads. */
export function stepTarget(run: Named, step: string) {
  return { to: STEP_ROUTE, params: { ...pathOf(run), step }, search: { run: String(run.run) } } as const;
}

/** While the stream is lost, and for what changes with time alone. */
const ASKED_AGAIN_MS = 15_000;

/** Asked again when this id changed, not when anything did: the answer of a large run is large. */
export function useRunDetail({ path, run }: RunKey) {
  const query = useQuery({
    ...ask(
      'GET /v1/workflows/{env}/{service}/{workflowId}',
      { path, query: run === undefined ? {} : { run } },
      { live: false },
    ),
    refetchInterval: ({ state }) => (isOver(state.data) ? false : ASKED_AGAIN_MS),
  });
  useChanges(({ runs, many }) => {
    if (many || runs.some((changed) => isOf(changed, path))) void query.refetch({ cancelRefetch: false });
  });
  return query;
}

function isOver(detail: Detail | undefined): boolean {
  return detail?.time.final === true;
}

function isOf(run: Pick<Run, 'env' | 'serviceKey' | 'workflowId'>, path: RunPath): boolean {
  return run.workflowId === path.workflowId && run.env === path.env && run.serviceKey === path.service;
}
