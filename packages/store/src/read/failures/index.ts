export { countFailuresByWorkflow, type AfterWorkflow, type WorkflowFailures } from './count-failures-by-workflow.ts';
export type { FailureRange } from './failure-range.ts';
export { findErrorSamples, type ErrorSample } from './find-error-samples.ts';
export { listErrorGroups, type AfterGroup, type ErrorGroupRow } from './list-error-groups.ts';
export { rankFailingSteps, type AfterStep, type FailingStep } from './rank-failing-steps.ts';
