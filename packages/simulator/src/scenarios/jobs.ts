/** Jobs: their events have an instance and a job name in place of a workflow. */
import type { Execution } from '../execution.ts';
import { scenario } from './scenario.ts';

type JobType = 'continuous' | 'debounce' | 'task' | 'workerPool';

/** Emits the events of one job instance. */
function jobEvents(
  run: Execution,
  jobType: JobType,
  jobName: string,
): (type: string, fields: Record<string, unknown>) => void {
  const { workflowId, executionId, env, serviceKey } = run.subject;
  return (type, fields) => {
    run.emitRaw({
      source: 'job',
      instanceId: workflowId,
      jobType,
      jobName,
      ...(executionId !== null && { id: executionId }),
      type,
      ...fields,
      env,
      serviceKey,
    });
    run.breath();
  };
}

export const jobScenarios = [
  scenario('debounce job', 1, (run) => {
    const emit = jobEvents(run, 'debounce', 'webhookDebounce');
    const startedAt = run.now;
    const flushAt = startedAt + Math.round(run.paced(5000));
    emit('debounce.started', { flushAt: new Date(flushAt).toISOString() });
    run.suspend(flushAt);
    const durationMs = run.now - startedAt;
    emit('job.executed', { runCount: 0, durationMs: 1, attempt: 1, preExecutionState: { v: run.random.int(1, 9) } });
    emit('debounce.flushed', { eventCount: run.random.int(1, 40), reason: 'timeout', durationMs });
  }),

  scenario('debounce job that fails', 0.3, (run) => {
    const emit = jobEvents(run, 'debounce', 'searchIndexDebounce');
    const flushAt = run.now + Math.round(run.paced(5000));
    emit('debounce.started', { flushAt: new Date(flushAt).toISOString() });
    run.suspend(flushAt);
    const error = { message: 'Retry scheduled for attempt 2' };
    emit('job.failed', { error, runCount: 0, attempt: 1, willRetry: true, preExecutionState: { v: 1 } });
    run.suspend(run.now + run.paced(1000));
    emit('job.retryExhausted', { attempts: 2, reason: 'max_attempts' });
  }),

  scenario('task job', 1, (run) => {
    const emit = jobEvents(run, 'task', 'reminderTask');
    const rounds = run.random.int(1, 4);
    for (let count = 0; count < rounds; count += 1) {
      const scheduledAt = run.now + Math.round(run.paced(3000));
      emit('task.scheduled', {
        scheduledAt: new Date(scheduledAt).toISOString(),
        trigger: count === 0 ? 'event' : 'execute',
      });
      const preExecutionState = count === 0 ? null : { count };
      emit('job.executed', { runCount: 0, durationMs: run.random.int(0, 3), attempt: 1, preExecutionState });
      run.suspend(scheduledAt);
    }
  }),

  scenario('continuous job', 0.5, (run) => {
    const emit = jobEvents(run, 'continuous', 'pollCarrier');
    emit('job.started', { input: { carrier: 'northern', everyMs: 3000 } });
    const rounds = run.random.int(1, 5);
    for (let runCount = 1; runCount <= rounds; runCount += 1) {
      run.suspend(run.now + run.paced(3000));
      run.workOn();
      emit('job.executed', {
        runCount,
        durationMs: run.random.int(0, 90),
        attempt: 1,
        preExecutionState: { runCount: runCount - 1 },
      });
    }
    run.suspend(run.now + run.paced(3000));
    emit('job.terminated', { ...(run.random.chance(0.5) && { reason: 'carrier closed' }), runCount: rounds });
  }),
];
