export { countBacklog, type Backlog } from './count-backlog.ts';
export { countOpenQuarantined } from './count-open-quarantined.ts';
export { countStoredEvents } from './count-stored-events.ts';
export { countWorkers, SWEEP_SESSION } from './count-workers.ts';
export { readPartitionEnd } from './read-partition-end.ts';
export { readVerifyWalk, type VerifyWalk } from './read-verify-walk.ts';
