export { isWorkflowEventType, workflowEventBodies } from './bodies.ts';
export type { WorkflowEventBody, WorkflowEventType } from './bodies.ts';
export { comparePositions, toFoldEvent } from './fold-event.ts';
export type { FoldEvent, Position, UnknownFoldEvent } from './fold-event.ts';
export { parseInstant } from './instant.ts';
