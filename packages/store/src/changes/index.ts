export { announceChanges, listenForChanges } from './changes-channel.ts';
export { CHANGES_KEPT_MS, forgetChanges } from './forget-changes.ts';
export { listRunsById, type ChangedRun } from './list-runs-by-id.ts';
export { lookCloser, type Look } from './look-closer.ts';
export { currentPlace, isPlace, readChanges } from './read-changes.ts';
