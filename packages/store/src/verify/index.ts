export type { RollupDifference } from './compare-rollups.ts';
export { verifyWorkflows } from './verify-workflows.ts';
export type { Difference, VerifyOptions, VerifyReport } from './verify-workflows.ts';
