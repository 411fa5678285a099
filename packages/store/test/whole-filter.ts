import { EVERYTHING, type WorkflowFilter } from '../src/read/index.ts';

/** Leaves nothing out: the newest run of each workflow. */
export const WHOLE_FILTER: WorkflowFilter = {
  scope: EVERYTHING,
  envs: [],
  services: [],
  statuses: [],
  names: [],
  since: null,
  until: null,
  finishedSince: null,
  finishedUntil: null,
  minDurationMs: null,
  maxDurationMs: null,
  errorText: null,
  errorGroup: null,
  errorStep: null,
  step: null,
  tags: [],
  hasRetries: null,
  hasGaps: null,
  overdue: null,
  activity: null,
  search: null,
  runs: 'latest',
};
