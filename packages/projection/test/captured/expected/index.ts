/** The rows that each captured file must give, by file name. Job files give no workflow row at all. */
import type { ExpectedWorkflow } from '../expectation.ts';
import { stepFail, timeout, timeoutExceeded } from './failures.ts';
import { inputs } from './inputs.ts';
import {
  cancelPaused,
  cancelRunning,
  crashAfterSleep,
  crashRecovery,
  queued,
  rerunAfterPurge,
  simple,
} from './lifecycle.ts';
import { parallel, parallelRetry } from './parallel.ts';
import { retryExhausted, retryMaxDuration, retryNonRetryable, retrySuccess } from './retries.ts';
import { replay, sleep, sleepLong, sleepWokenEarly } from './sleeps.ts';

export const EXPECTED: Readonly<Record<string, ExpectedWorkflow[]>> = {
  'cancel-paused.jsonl': cancelPaused,
  'cancel-running.jsonl': cancelRunning,
  'crash-after-sleep.jsonl': crashAfterSleep,
  'crash-recovery.jsonl': crashRecovery,
  'inputs.jsonl': inputs,
  'jobs-debounce.jsonl': [],
  'jobs-task.jsonl': [],
  'parallel-retry.jsonl': parallelRetry,
  'parallel.jsonl': parallel,
  'queued.jsonl': queued,
  'replay.jsonl': replay,
  'rerun-after-purge.jsonl': rerunAfterPurge,
  'retry-exhausted.jsonl': retryExhausted,
  'retry-maxduration.jsonl': retryMaxDuration,
  'retry-nonretryable.jsonl': retryNonRetryable,
  'retry-success.jsonl': retrySuccess,
  'simple.jsonl': simple,
  'sleep-long.jsonl': sleepLong,
  'sleep-woken-early.jsonl': sleepWokenEarly,
  'sleep.jsonl': sleep,
  'step-fail.jsonl': stepFail,
  'timeout-exceeded.jsonl': timeoutExceeded,
  'timeout.jsonl': timeout,
};
