export { countBacklog, type Backlog } from './count-backlog.ts';
export { countOpenQuarantined } from './count-open-quarantined.ts';
export { readPartitionEnd } from './read-partition-end.ts';
export { readVerifyWalk, type VerifyWalk } from './read-verify-walk.ts';
