/** A workflow of one step in two requests: what it began with, and how it ended. Same ids each time. */
import type { WorkflowKey } from '@wm/projection';

export interface SmallWorkflow {
  /** Any event of it; the second tells its time and its id. */
  event: (type: string, second: number, fields?: object) => object;
  begun: object[];
  ended: object[];
}

export function smallWorkflow(key: WorkflowKey): SmallWorkflow {
  const event: SmallWorkflow['event'] = (type, second, fields = {}) => {
    const n = String(second).padStart(2, '0');
    return {
      eventId: `01990000-0000-7000-8000-0000000000${n}`,
      timestamp: `2026-10-05T10:00:${n}.000Z`,
      type,
      source: 'workflow',
      workflowName: 'flow',
      ...key,
      ...fields,
    };
  };
  return {
    event,
    begun: [event('workflow.started', 1, { input: 1 }), event('step.started', 2, { stepName: 'a', attempt: 1 })],
    ended: [
      event('step.completed', 3, { stepName: 'a', attempt: 1, durationMs: 5, cached: false }),
      event('workflow.completed', 4, { completedSteps: ['a'], durationMs: 5 }),
    ],
  };
}
