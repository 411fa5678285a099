export { insertEvents } from './insert-events.ts';
export type { InsertOutcome } from './insert-events.ts';
export { quarantineEvents } from './quarantine-events.ts';
export type { QuarantinedEvent } from './quarantine-events.ts';
