/** The run that a view is about: its address, and the answer of the api about it. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { Run } from '@wm/client';
import { client } from '../../api/client.ts';
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

/** The answer of a large run is megabytes: while it goes on it is asked for less often. */
const LARGE_EVENTS = 1_000;
const AT_MOST_EVERY_MS = { usual: 1_000, large: 10_000 };

/** Asked again when this id changed, not when anything did. */
export function useRunDetail({ path, run }: RunKey) {
  const query = useQuery({
    ...ask(
      'GET /v1/workflows/{env}/{service}/{workflowId}',
      { path, query: run === undefined ? {} : { run } },
      { live: false },
    ),
    refetchInterval: ({ state }) => (state.data?.time.final === true ? false : ASKED_AGAIN_MS),
  });
  const again = useAskedAgain(query);
  const changed = useRef(false);
  useChanges(({ runs, many }) => {
    if (runs.some((one) => isOf(one, path))) again();
    else if (many && !changed.current) {
      // Too much changed to be told one by one: a small question says whether this was among it.
      changed.current = true;
      void hasChanged(path, query.data)
        .then((yes) => yes && again())
        .finally(() => (changed.current = false));
    }
  });
  return query;
}

function useAskedAgain(query: { data: Detail | undefined; dataUpdatedAt: number; refetch: () => unknown }): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const newest = useRef(query);
  useEffect(() => {
    newest.current = query;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    if (timer.current !== undefined) return;
    const { data, dataUpdatedAt } = newest.current;
    const every = AT_MOST_EVERY_MS[(data?.workflow.eventCount ?? 0) > LARGE_EVENTS ? 'large' : 'usual'];
    timer.current = setTimeout(
      () => {
        timer.current = undefined;
        void newest.current.refetch();
      },
      Math.max(0, dataUpdatedAt + every - Date.now()),
    );
  }, []);
}

/** @returns false where it cannot be told: the next change or the interval will */
async function hasChanged(path: RunPath, shown: Detail | undefined): Promise<boolean> {
  if (shown === undefined) return true;
  const answer = await client
    .ask('GET /v1/workflows/{env}/{service}/{workflowId}/runs', { path, query: { limit: 5 } })
    .catch(() => null);
  if (answer === null) return false;
  const before = new Map(shown.runs.map(({ id, updatedAt }) => [id, updatedAt]));
  return answer.runs.some(({ id, updatedAt }) => before.get(id) !== updatedAt);
}

function isOf(run: Pick<Run, 'env' | 'serviceKey' | 'workflowId'>, path: RunPath): boolean {
  return run.workflowId === path.workflowId && run.env === path.env && run.serviceKey === path.service;
}
