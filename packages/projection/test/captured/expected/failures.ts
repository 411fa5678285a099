/** step-fail, timeout, timeout-exceeded: failures and timeouts that a step.failed reports. */
import { attempt, retried, run, simpleStep, step } from '../expectation.ts';
import type { ExpectedWorkflow } from '../expectation.ts';

export const stepFail: ExpectedWorkflow[] = [
  {
    executionId: 'sf-mws8w03x',
    workflowName: 'stepFailNoRetry',
    firstEventAt: '2026-11-22T19:43:50.144Z',
    runs: [
      run(
        {
          status: 'failed',
          startedAt: 0,
          failedAt: 7,
          durationMs: 7,
          activeMs: 7,
          completedSteps: ['prepare'],
          errorMessage: 'insufficient funds',
          errorStepName: 'bad',
          errorAttempt: 1,
        },
        [
          simpleStep('prepare', 2, 5, 3),
          step(
            'bad',
            {
              status: 'failed',
              startedAt: 5,
              completedAt: 6,
              durationMs: 1,
              totalDurationMs: 1,
              errorMessage: 'insufficient funds',
            },
            [attempt(1, 'failure', 5, 6, 1, { errorMessage: 'insufficient funds' })],
          ),
        ],
      ),
    ],
  },
  {
    executionId: 'sfc-mws8w03x',
    workflowName: 'stepFailCaught',
    firstEventAt: '2026-11-22T19:43:50.168Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 10,
          durationMs: 10,
          activeMs: 10,
          completedSteps: ['next'],
        },
        [
          step(
            'optional',
            {
              status: 'failed',
              startedAt: 2,
              completedAt: 7,
              durationMs: 5,
              totalDurationMs: 5,
              errorMessage: 'boom #1',
            },
            [attempt(1, 'failure', 2, 7, 5, { errorMessage: 'boom #1' })],
          ),
          simpleStep('next', 8, 9, 1),
        ],
      ),
    ],
  },
  {
    executionId: 'sse-mws8w03x',
    workflowName: 'stepStringError',
    firstEventAt: '2026-11-22T19:43:50.190Z',
    runs: [
      run(
        {
          status: 'failed',
          startedAt: 0,
          failedAt: 3,
          durationMs: 3,
          activeMs: 3,
          errorMessage: 'plain string error',
          errorStepName: 's',
          errorAttempt: 1,
        },
        [
          step(
            's',
            {
              status: 'failed',
              startedAt: 1,
              completedAt: 2,
              durationMs: 1,
              totalDurationMs: 1,
              errorMessage: 'plain string error',
            },
            [attempt(1, 'failure', 1, 2, 1, { errorMessage: 'plain string error' })],
          ),
        ],
      ),
    ],
  },
];

const timedOut = 'Step "t" timed out after 0ms (timeout: 50ms)';

export const timeoutExceeded: ExpectedWorkflow[] = [
  {
    executionId: 'ti-mws8w03x',
    workflowName: 'timeoutInflight',
    firstEventAt: '2026-11-22T19:43:54.596Z',
    runs: [
      run(
        {
          status: 'failed',
          startedAt: 0,
          failedAt: 60,
          durationMs: 60,
          activeMs: 60,
          errorMessage: timedOut,
          errorStepName: 't',
          errorAttempt: 1,
        },
        [
          step(
            't',
            {
              status: 'failed',
              timeoutMs: 50,
              timedOut: true,
              startedAt: 1,
              completedAt: 53,
              durationMs: 52,
              totalDurationMs: 52,
              errorMessage: timedOut,
            },
            [attempt(1, 'timeout', 1, 53, 52, { errorMessage: timedOut })],
          ),
        ],
      ),
    ],
  },
];

export const timeout: ExpectedWorkflow[] = [
  {
    executionId: 'to-mws8w03x',
    workflowName: 'timeoutOk',
    firstEventAt: '2026-11-22T19:43:54.320Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 11,
          durationMs: 11,
          activeMs: 11,
          completedSteps: ['t'],
        },
        [
          step('t', { timeoutMs: 5000, startedAt: 5, completedAt: 11, durationMs: 6, totalDurationMs: 6 }, [
            attempt(1, 'success', 5, 11, 6),
          ]),
        ],
      ),
    ],
  },
  {
    executionId: 'tro-mws8w03x',
    workflowName: 'timeoutRetryOk',
    firstEventAt: '2026-11-22T19:43:54.345Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 94,
          durationMs: 94,
          retryWaitMs: 78, // 6→42 and 45→87
          activeMs: 16,
          completedSteps: ['t'],
        },
        [
          step(
            't',
            {
              currentAttempt: 3,
              retryCount: 2,
              lastRetryDelayMs: 40,
              timeoutMs: 10_000,
              startedAt: 3,
              completedAt: 91,
              durationMs: 2,
              totalDurationMs: 88,
            },
            [retried(1, 3, 5, 2, 37, 39), retried(2, 43, 45, 2, 40, 82), attempt(3, 'success', 89, 91, 2)],
          ),
        ],
      ),
    ],
  },
];
