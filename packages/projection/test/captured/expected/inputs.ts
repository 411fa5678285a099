/** inputs: eleven runs without steps that differ in their input only. */
import { run } from '../expectation.ts';
import type { ExpectedWorkflow } from '../expectation.ts';

function noSteps(executionId: string, firstEventAt: string, durationMs: number): ExpectedWorkflow {
  return {
    executionId,
    workflowName: 'noSteps',
    firstEventAt,
    runs: [run({ status: 'completed', startedAt: 0, completedAt: durationMs, durationMs, activeMs: durationMs })],
  };
}

export const inputs: ExpectedWorkflow[] = [
  noSteps('in-undef-mws8y819', '2026-11-22T19:45:32.036Z', 3),
  noSteps('in-nul-mws8y819', '2026-11-22T19:45:32.050Z', 5),
  noSteps('in-str-mws8y819', '2026-11-22T19:45:32.068Z', 3),
  noSteps('in-num-mws8y819', '2026-11-22T19:45:32.083Z', 5),
  noSteps('in-arr-mws8y819', '2026-11-22T19:45:32.098Z', 8),
  noSteps('in-nul0-mws8y819', '2026-11-22T19:45:32.124Z', 4),
  noSteps('in-lone-mws8y819', '2026-11-22T19:45:32.142Z', 5),
  noSteps('in-big-mws8y819', '2026-11-22T19:45:32.161Z', 2),
  noSteps('in-deep-mws8y819', '2026-11-22T19:45:32.184Z', 2),
  noSteps('in-quote-mws8y819', '2026-11-22T19:45:32.196Z', 3),
  noSteps('in-longint-mws8y819', '2026-11-22T19:45:32.212Z', 4),
];
