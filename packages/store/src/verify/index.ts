export { compareRollups } from './compare-rollups.ts';
export type { RollupDifference } from './compare-rollups.ts';
export { compareValues } from './compare-values.ts';
export type { ValueDifference } from './compare-values.ts';
export { isLogIncomplete } from './is-log-incomplete.ts';
export type { VerifyScope } from './next-workflow-keys.ts';
export { VERIFY_MODE, verifyWorkflow, verifyWorkflows } from './verify-workflows.ts';
export type { Difference, VerifyOptions, VerifyReport, WorkflowVerification } from './verify-workflows.ts';
export { takeVerification } from './take-verification.ts';
