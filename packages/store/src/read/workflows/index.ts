export type { WorkflowTotal } from './count-workflows.ts';
export { findSearched } from './find-searched.ts';
export type { SortDirection } from './list-order.ts';
export { SEGMENT_KEYS, WORKFLOW_SORTS, type WorkflowSort } from './list-segments.ts';
export {
  listWorkflows,
  USUAL_EFFORT,
  type ListEffort,
  type ListPosition,
  type ListQuestion,
  type WorkflowPage,
} from './list-workflows.ts';
export type { WorkflowListRow } from './pick-rows.ts';
export type { IdSearch, InputTag, WorkflowFilter } from './workflow-filter.ts';
