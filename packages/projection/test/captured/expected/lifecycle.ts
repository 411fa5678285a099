/** simple, queued, cancel-*, crash-*, rerun-after-purge: how runs begin, end and begin again. */
import { attempt, retried, run, simpleStep, step } from '../expectation.ts';
import type { ExpectedWorkflow } from '../expectation.ts';

const orderSteps = ['Validate order', 'Reserve stock', 'Charge card', 'Create shipment', 'Send e-mail'];

export const simple: ExpectedWorkflow[] = [
  {
    executionId: 'simple-mws8w03x',
    workflowName: 'processOrder',
    firstEventAt: '2026-11-22T19:43:47.996Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 38,
          durationMs: 38,
          activeMs: 38,
          completedSteps: orderSteps,
        },
        [
          simpleStep('Validate order', 6, 9, 3),
          simpleStep('Reserve stock', 9, 17, 8),
          simpleStep('Charge card', 18, 25, 7),
          simpleStep('Create shipment', 26, 28, 2),
          simpleStep('Send e-mail', 28, 35, 7),
        ],
      ),
    ],
  },
  {
    executionId: 'nosteps-mws8w03x',
    workflowName: 'noSteps',
    firstEventAt: '2026-11-22T19:43:48.091Z',
    runs: [run({ status: 'completed', startedAt: 0, completedAt: 3, durationMs: 3, activeMs: 3 })],
  },
];

export const queued: ExpectedWorkflow[] = [
  {
    executionId: 'q-mws8w03x',
    workflowName: 'processOrder',
    firstEventAt: '2026-11-22T19:43:55.902Z',
    runs: [
      run(
        {
          status: 'completed',
          queuedAt: 0,
          startedAt: 5,
          completedAt: 27,
          durationMs: 22, // from the start, not from the queueing
          activeMs: 22,
          completedSteps: orderSteps,
        },
        [
          simpleStep('Validate order', 7, 8, 1),
          simpleStep('Reserve stock', 9, 13, 4),
          simpleStep('Charge card', 13, 19, 6),
          simpleStep('Create shipment', 20, 20, 0),
          simpleStep('Send e-mail', 23, 26, 3),
        ],
      ),
    ],
  },
  {
    executionId: 'q2-mws8w03x',
    workflowName: 'retrySuccess',
    firstEventAt: '2026-11-22T19:43:55.948Z',
    runs: [
      run(
        {
          status: 'completed',
          queuedAt: 0,
          startedAt: 4,
          completedAt: 150,
          durationMs: 146,
          retryWaitMs: 129, // 11→75 and 80→145
          activeMs: 17,
          completedSteps: ['prepare', 'flaky', 'finish'],
        },
        [
          simpleStep('prepare', 8, 9, 1),
          step(
            'flaky',
            {
              currentAttempt: 3,
              retryCount: 2,
              lastRetryDelayMs: 65,
              startedAt: 9,
              completedAt: 148,
              durationMs: 1,
              totalDurationMs: 139,
            },
            [retried(1, 9, 10, 1, 64, 72), retried(2, 76, 77, 1, 65, 141), attempt(3, 'success', 147, 148, 1)],
          ),
          simpleStep('finish', 148, 149, 1),
        ],
      ),
    ],
  },
];

export const cancelPaused: ExpectedWorkflow[] = [
  {
    // Cancelled while paused: nothing says so, the run stays asleep.
    executionId: 'cp-mws8w03x',
    workflowName: 'sleepTwice',
    firstEventAt: '2026-11-22T19:43:55.068Z',
    runs: [
      run(
        { status: 'paused', pauseReason: 'sleep', resumeAt: 60_005, startedAt: 0, completedSteps: ['before'] },
        [simpleStep('before', 3, 4, 1)],
        [
          {
            durationMs: 60_000,
            startedAt: 5,
            resumeAt: 60_005,
            completedAt: null,
            completed: false,
            endReason: null,
          },
        ],
      ),
    ],
  },
];

export const cancelRunning: ExpectedWorkflow[] = [
  {
    executionId: 'cr-mws8w03x',
    workflowName: 'slowSteps',
    firstEventAt: '2026-11-22T19:43:55.446Z',
    runs: [
      run(
        {
          status: 'cancelled',
          cancelReason: 'slow 4',
          startedAt: 0,
          cancelledAt: 189,
          durationMs: 189,
          activeMs: 189,
          completedSteps: ['slow 1', 'slow 2', 'slow 3'],
        },
        [simpleStep('slow 1', 1, 63, 62), simpleStep('slow 2', 63, 126, 63), simpleStep('slow 3', 126, 188, 62)],
      ),
    ],
  },
];

export const crashAfterSleep: ExpectedWorkflow[] = [
  {
    // The slice that held sleep.completed and the step "mid" was lost.
    executionId: 'cas-mws8w03x',
    workflowName: 'crashAfterSleep',
    firstEventAt: '2026-11-22T19:43:57.299Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 517,
          durationMs: 517,
          sleepingMs: 512, // 2→514
          activeMs: 5,
          completedSteps: ['pre', 'mid', 'crashy', 'post'], // as the client lists them
          gaps: ['step'],
        },
        [
          simpleStep('pre', 1, 2, 1),
          simpleStep('crashy', 515, 516, 1),
          simpleStep('post', 516, 517, 1),
          step('mid', { inferred: true, currentAttempt: 0 }, []),
        ],
        [{ durationMs: 60, startedAt: 2, resumeAt: 62, completedAt: 517, completed: false, endReason: 'terminal' }],
      ),
    ],
  },
];

export const crashRecovery: ExpectedWorkflow[] = [
  {
    // The first slice was lost, workflow.started and the step "pre" with it.
    executionId: 'cm-mws8w03x',
    workflowName: 'crashMid',
    firstEventAt: '2026-11-22T19:43:57.131Z',
    runs: [
      run(
        {
          status: 'completed',
          completedAt: 8,
          completedSteps: ['pre', 'crashy', 'post'], // as the client lists them
          gaps: ['start', 'step'],
        },
        [
          simpleStep('crashy', 2, 6, 4),
          simpleStep('post', 6, 7, 1),
          step('pre', { inferred: true, currentAttempt: 0 }, []),
        ],
      ),
    ],
  },
];

const declined = 'Step "doomed" failed after 3 attempts: card declined (3)';

export const rerunAfterPurge: ExpectedWorkflow[] = [
  {
    executionId: 'rp-mws8w03x',
    workflowName: 'processOrder',
    firstEventAt: '2026-11-22T19:44:01.137Z',
    runs: [
      run(
        {
          latest: false,
          status: 'completed',
          startedAt: 0,
          completedAt: 22,
          durationMs: 22,
          activeMs: 22,
          completedSteps: orderSteps,
        },
        [
          simpleStep('Validate order', 2, 3, 1),
          simpleStep('Reserve stock', 4, 9, 5),
          simpleStep('Charge card', 9, 16, 7),
          simpleStep('Create shipment', 16, 17, 1),
          simpleStep('Send e-mail', 18, 21, 3),
        ],
      ),
      run(
        {
          run: 2,
          status: 'completed',
          startedAt: 428,
          completedAt: 452,
          durationMs: 24,
          activeMs: 24,
          completedSteps: orderSteps,
        },
        [
          simpleStep('Validate order', 433, 434, 1),
          simpleStep('Reserve stock', 435, 439, 4),
          simpleStep('Charge card', 440, 447, 7),
          simpleStep('Create shipment', 447, 448, 1),
          simpleStep('Send e-mail', 448, 452, 4),
        ],
      ),
    ],
  },
  {
    executionId: 'rpf-mws8w03x',
    workflowName: 'retryExhausted',
    firstEventAt: '2026-11-22T19:44:02.000Z',
    runs: [
      run(
        {
          latest: false,
          status: 'failed',
          startedAt: 0,
          failedAt: 133,
          durationMs: 133,
          retryWaitMs: 121, // 4→48 and 51→128
          activeMs: 12,
          completedSteps: ['prepare'],
          errorMessage: declined,
          errorStepName: 'doomed',
          errorAttempt: 3,
        },
        [
          simpleStep('prepare', 1, 2, 1),
          step(
            'doomed',
            {
              status: 'failed',
              currentAttempt: 3,
              retryCount: 2,
              lastRetryDelayMs: 78,
              startedAt: 2,
              completedAt: 132,
              durationMs: 2,
              totalDurationMs: 130,
              errorMessage: declined,
            },
            [
              retried(1, 2, 3, 1, 43, 45),
              retried(2, 49, 50, 1, 78, 126),
              attempt(3, 'failure', 130, 132, 2, { errorMessage: declined }),
            ],
          ),
        ],
      ),
      run(
        {
          run: 2,
          status: 'failed',
          startedAt: 538,
          failedAt: 668,
          durationMs: 130,
          retryWaitMs: 115, // 544→580 and 583→662
          activeMs: 15,
          completedSteps: ['prepare'],
          errorMessage: declined,
          errorStepName: 'doomed',
          errorAttempt: 3,
        },
        [
          simpleStep('prepare', 540, 541, 1),
          step(
            'doomed',
            {
              status: 'failed',
              currentAttempt: 3,
              retryCount: 2,
              lastRetryDelayMs: 77,
              startedAt: 541,
              completedAt: 666,
              durationMs: 1,
              totalDurationMs: 125,
              errorMessage: declined,
            },
            [
              retried(1, 541, 543, 2, 36, 577),
              retried(2, 582, 583, 1, 77, 658),
              attempt(3, 'failure', 665, 666, 1, { errorMessage: declined }),
            ],
          ),
        ],
      ),
    ],
  },
];
