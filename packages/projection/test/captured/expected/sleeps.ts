/** sleep, sleep-long, sleep-woken-early and replay (two sleeps around a retry). */
import { attempt, retried, run, simpleStep, slept, step } from '../expectation.ts';
import type { ExpectedWorkflow } from '../expectation.ts';

export const sleep: ExpectedWorkflow[] = [
  {
    executionId: 's2-mws8w03x',
    workflowName: 'sleepTwice',
    firstEventAt: '2026-11-22T19:43:50.958Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 223,
          durationMs: 223,
          sleepingMs: 205, // 4→86 and 92→215
          activeMs: 18,
          completedSteps: ['before', 'middle', 'after'],
        },
        [simpleStep('before', 2, 3, 1), simpleStep('middle', 89, 91, 2), simpleStep('after', 220, 222, 2)],
        [slept(80, 3, 83, 88), slept(120, 91, 211, 220)],
      ),
    ],
  },
  {
    // A sleep until a date: sleep.completed says 0 ms, the sleep itself was set to 89.
    executionId: 'su-mws8w03x',
    workflowName: 'sleepUntil',
    firstEventAt: '2026-11-22T19:43:51.204Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 109,
          durationMs: 109,
          sleepingMs: 94,
          activeMs: 15,
          completedSteps: ['a', 'b'],
        },
        [simpleStep('a', 5, 8, 3), simpleStep('b', 107, 109, 2)],
        [slept(89, 9, 98, 106)],
      ),
    ],
  },
];

export const sleepLong: ExpectedWorkflow[] = [
  {
    // 30 days: above 2^31 milliseconds.
    executionId: 'sl-mws8w03x',
    workflowName: 'sleepLong',
    firstEventAt: '2026-11-22T19:43:54.154Z',
    runs: [
      run(
        {
          status: 'paused',
          pauseReason: 'sleep',
          resumeAt: 2_592_000_003,
          startedAt: 0,
          completedSteps: ['a'],
        },
        [simpleStep('a', 2, 3, 1)],
        [
          {
            durationMs: 2_592_000_000,
            startedAt: 3,
            resumeAt: 2_592_000_003,
            completedAt: null,
            completed: false,
            endReason: null,
          },
        ],
      ),
    ],
  },
];

export const sleepWokenEarly: ExpectedWorkflow[] = [
  {
    executionId: 'swe-mws8w03x',
    workflowName: 'sleepTwice',
    firstEventAt: '2026-11-22T19:43:52.030Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 1156,
          durationMs: 1156,
          sleepingMs: 1135, // 3→175, 178→1080, 1090→1151
          activeMs: 21,
          completedSteps: ['before', 'middle', 'after'],
        },
        [simpleStep('before', 1, 2, 1), simpleStep('middle', 1085, 1087, 2), simpleStep('after', 1154, 1156, 2)],
        [
          {
            durationMs: 900,
            startedAt: 2,
            resumeAt: 902,
            completedAt: 177,
            completed: false,
            endReason: 'superseded',
          },
          slept(900, 177, 1077, 1082),
          slept(60, 1087, 1147, 1153),
        ],
      ),
    ],
  },
];

export const replay: ExpectedWorkflow[] = [
  {
    executionId: 'rp-mws8w03x',
    workflowName: 'replay',
    firstEventAt: '2026-11-22T19:43:56.257Z',
    runs: [
      run(
        {
          status: 'completed',
          startedAt: 0,
          completedAt: 193,
          durationMs: 193,
          sleepingMs: 114, // 7→68 and 128→181
          retryWaitMs: 52, // 73→125
          activeMs: 27,
          completedSteps: ['s1', 's2', 's3', 's4', 's5'],
        },
        [
          simpleStep('s1', 3, 5, 2),
          simpleStep('s2', 5, 6, 1),
          simpleStep('s3', 70, 70, 0),
          step(
            's4',
            {
              currentAttempt: 2,
              retryCount: 1,
              lastRetryDelayMs: 49,
              startedAt: 71,
              completedAt: 128,
              durationMs: 1,
              totalDurationMs: 57,
            },
            [retried(1, 71, 72, 1, 49, 120), attempt(2, 'success', 127, 128, 1)],
          ),
          simpleStep('s5', 189, 192, 3),
        ],
        [slept(60, 6, 66, 70), slept(50, 128, 178, 188)],
      ),
    ],
  },
];
