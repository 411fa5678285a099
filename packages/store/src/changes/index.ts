export { CHANGES_KEPT_MS, forgetChanges } from './forget-changes.ts';
