/** parallel and parallel-retry: several steps open at once, one of them retried. */
import { attempt, retried, run, simpleStep, step } from '../expectation.ts';
import type { ExpectedWorkflow } from '../expectation.ts';

export const parallel: ExpectedWorkflow[] = [
  {
    executionId: 'p-mws8w03x',
    workflowName: 'parallel',
    firstEventAt: '2026-11-22T19:43:58.572Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 28,
          durationMs: 28,
          activeMs: 28,
          completedSteps: ['p1', 'p2', 'p3', 'p4', 'join'],
        },
        [
          simpleStep('p1', 2, 10, 8),
          simpleStep('p2', 2, 15, 13),
          simpleStep('p3', 2, 20, 18),
          simpleStep('p4', 2, 25, 23),
          simpleStep('join', 26, 27, 1),
        ],
      ),
    ],
  },
];

export const parallelRetry: ExpectedWorkflow[] = [
  {
    // pa and pc were interrupted at 64 and started the same attempt again at 66: an attempt begins at its latest start,
    // a step at its first.
    executionId: 'pr-mws8w03x',
    workflowName: 'parallelRetry',
    firstEventAt: '2026-11-22T19:43:58.761Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 153,
          durationMs: 153,
          retryWaitMs: 48, // 16→64
          activeMs: 105,
          completedSteps: ['pb', 'pc', 'pa', 'join'],
        },
        [
          step('pa', { startedAt: 10, completedAt: 150, durationMs: 84, totalDurationMs: 140 }, [
            attempt(1, 'success', 66, 150, 84),
          ]),
          step(
            'pb',
            {
              currentAttempt: 2,
              retryCount: 1,
              lastRetryDelayMs: 50,
              startedAt: 10,
              completedAt: 70,
              durationMs: 4,
              totalDurationMs: 60,
            },
            [retried(1, 10, 12, 2, 50, 60), attempt(2, 'success', 66, 70, 4)],
          ),
          step('pc', { startedAt: 10, completedAt: 74, durationMs: 8, totalDurationMs: 64 }, [
            attempt(1, 'success', 66, 74, 8),
          ]),
          simpleStep('join', 151, 153, 2),
        ],
      ),
    ],
  },
];
