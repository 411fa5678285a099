export { discardOne, discardSome, type DiscardResult } from './discard.ts';
export {
  findQuarantined,
  listQuarantineActions,
  type QuarantineAction,
  type QuarantineEntry,
} from './find-quarantined.ts';
export { listQuarantined } from './list-quarantined.ts';
export { QUARANTINE_STATES, type QuarantineFilter, type QuarantineState } from './quarantine-filter.ts';
export { redriveOne, redriveSome, type RedriveCounts, type Redriver, type RedriveResult } from './redrive.ts';
export { QUARANTINE_BYTES, readQuarantineBytes } from './room.ts';
export type { QuarantineSummary } from './summary-columns.ts';
