export * from './contribution.ts';
export * from './duration-histogram.ts';
export { errorGroup, normaliseError } from './error-group.ts';
export { PROJECTION_VERSION, emptyWorkflow, foldEvents } from './fold.ts';
export * from './row-ids.ts';
export * from './state.ts';
export { whatToLoad } from './what-to-load.ts';
export type { RowsNeeded } from './what-to-load.ts';
