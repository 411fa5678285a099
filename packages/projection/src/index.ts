export * from './contribution.ts';
export * from './duration-histogram.ts';
export * from './row-ids.ts';
export * from './state.ts';
