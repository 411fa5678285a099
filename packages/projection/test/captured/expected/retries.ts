/** retry-success, retry-exhausted, retry-maxduration, retry-nonretryable: failures that only a retry.scheduled reports. */
import { attempt, retried, run, simpleStep, step } from '../expectation.ts';
import type { ExpectedWorkflow } from '../expectation.ts';

export const retrySuccess: ExpectedWorkflow[] = [
  {
    executionId: 'rs-mws8w03x',
    workflowName: 'retrySuccess',
    firstEventAt: '2026-11-22T19:43:48.605Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 153,
          durationMs: 153,
          retryWaitMs: 119, // 8→69 and 79→137
          activeMs: 34,
          completedSteps: ['prepare', 'flaky', 'finish'],
        },
        [
          simpleStep('prepare', 1, 5, 4),
          step(
            'flaky',
            {
              currentAttempt: 3,
              retryCount: 2,
              lastRetryDelayMs: 57,
              startedAt: 5,
              completedAt: 148,
              durationMs: 2,
              totalDurationMs: 143,
            },
            [retried(1, 5, 7, 2, 59, 64), retried(2, 75, 77, 2, 57, 131), attempt(3, 'success', 146, 148, 2)],
          ),
          simpleStep('finish', 149, 153, 4),
        ],
      ),
    ],
  },
  {
    // The retry was due at 42 and scheduled at 124: its time had already passed when it was written.
    executionId: 'rss-mws8w03x',
    workflowName: 'retrySlowStep',
    firstEventAt: '2026-11-22T19:43:48.770Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 258,
          durationMs: 258,
          retryWaitMs: 5,
          activeMs: 253,
          completedSteps: ['slow flaky'],
        },
        [
          step(
            'slow flaky',
            {
              currentAttempt: 2,
              retryCount: 1,
              lastRetryDelayMs: 40,
              startedAt: 2,
              completedAt: 257,
              durationMs: 123,
              totalDurationMs: 255,
            },
            [retried(1, 2, 124, 122, 40, 42), attempt(2, 'success', 134, 257, 123)],
          ),
        ],
      ),
    ],
  },
];

const declined = 'Step "doomed" failed after 3 attempts: card declined (3)';

export const retryExhausted: ExpectedWorkflow[] = [
  {
    executionId: 're-mws8w03x',
    workflowName: 'retryExhausted',
    firstEventAt: '2026-11-22T19:43:49.193Z',
    runs: [
      run(
        {
          status: 'failed',
          startedAt: 0,
          failedAt: 149,
          durationMs: 149,
          retryWaitMs: 115, // 23→55 and 61→144
          activeMs: 34,
          completedSteps: ['prepare'],
          errorMessage: declined,
          errorStepName: 'doomed',
          errorAttempt: 3,
        },
        [
          simpleStep('prepare', 2, 13, 11),
          step(
            'doomed',
            {
              status: 'failed',
              currentAttempt: 3,
              retryCount: 2,
              lastRetryDelayMs: 84,
              startedAt: 18,
              completedAt: 148,
              durationMs: 2,
              totalDurationMs: 130,
              errorMessage: declined,
            },
            [
              retried(1, 18, 21, 3, 38, 50),
              retried(2, 58, 60, 2, 84, 141),
              attempt(3, 'failure', 146, 148, 2, { errorMessage: declined }),
            ],
          ),
        ],
      ),
    ],
  },
  {
    // Caught: the workflow went on, and no event ever carried the text of the failure.
    executionId: 'rec-mws8w03x',
    workflowName: 'retryExhaustedCaught',
    firstEventAt: '2026-11-22T19:43:49.365Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 54,
          durationMs: 54,
          retryWaitMs: 43,
          activeMs: 11,
          completedSteps: ['fallback path'],
        },
        [
          step(
            'doomed',
            {
              status: 'failed',
              currentAttempt: 2,
              retryCount: 1,
              lastRetryDelayMs: 40,
              startedAt: 4,
              completedAt: 52,
              durationMs: 1,
              totalDurationMs: 48,
            },
            [retried(1, 4, 5, 1, 40, 44), attempt(2, 'failure', 51, 52, 1)],
          ),
          simpleStep('fallback path', 53, 54, 1),
        ],
      ),
    ],
  },
];

const bounded = 'Step "bounded" failed after 3 attempts: boom #3';

export const retryMaxDuration: ExpectedWorkflow[] = [
  {
    // retry.exhausted counts 3 attempts; the one it ends is the 4th, open since the same millisecond.
    executionId: 'rmd-mws8w03x',
    workflowName: 'retryMaxDuration',
    firstEventAt: '2026-11-22T19:43:49.761Z',
    runs: [
      run(
        {
          status: 'failed',
          startedAt: 0,
          failedAt: 206,
          durationMs: 206,
          retryWaitMs: 180, // 7→69, 75→135, 139→197
          activeMs: 26,
          errorMessage: bounded,
          errorStepName: 'bounded',
          errorAttempt: 4,
        },
        [
          step(
            'bounded',
            {
              status: 'failed',
              currentAttempt: 4,
              retryCount: 3,
              lastRetryDelayMs: 57,
              startedAt: 4,
              completedAt: 201,
              durationMs: 0,
              totalDurationMs: 197,
              errorMessage: bounded,
            },
            [
              retried(1, 4, 6, 2, 59, 63),
              retried(2, 72, 73, 1, 62, 132),
              retried(3, 137, 138, 1, 57, 194),
              attempt(4, 'failure', 201, 201, 0, { errorMessage: bounded }),
            ],
          ),
        ],
      ),
    ],
  },
];

export const retryNonRetryable: ExpectedWorkflow[] = [
  {
    // The error has an empty message, and stays empty: nothing is made up.
    executionId: 'rn-mws8w03x',
    workflowName: 'retryNonRetryable',
    firstEventAt: '2026-11-22T19:43:49.585Z',
    runs: [
      run(
        {
          status: 'failed',
          startedAt: 0,
          failedAt: 11,
          durationMs: 11,
          activeMs: 11,
          errorMessage: '',
          errorStepName: 'fatal',
          errorAttempt: 1,
        },
        [
          step(
            'fatal',
            { status: 'failed', startedAt: 4, completedAt: 6, durationMs: 2, totalDurationMs: 2, errorMessage: '' },
            [attempt(1, 'failure', 4, 6, 2, { errorMessage: '' })],
          ),
        ],
      ),
    ],
  },
];
