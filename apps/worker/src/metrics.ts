/** The figures that a worker shows at /metrics. */
import { Counter, Gauge, Histogram } from '@wm/runtime';
import type { Registry } from '@wm/runtime';

export interface WorkerMetrics {
  events: Counter;
  workflows: Counter;
  refolds: Counter;
  swept: Counter;
  poisoned: Counter;
  failures: Counter;
  rebuilt: Counter;
  rebuiltRows: Counter;
  rebuildFailures: Counter;
  verified: Counter;
  verifyDifferences: Counter;
  verifyFailures: Counter;
  verifyRoundAt: Gauge;
  drainEvents: Histogram;
  drainSeconds: Histogram;
  lagSeconds: Gauge;
}

export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  const registers = [registry];
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers });
  return {
    events: counter('wm_worker_events_total', 'Events folded into the state of their workflows'),
    workflows: counter('wm_worker_workflows_total', 'Workflows drained, counted once per drain'),
    refolds: counter(
      'wm_worker_refolds_total',
      'Workflows folded again because an event came late or the rules changed',
    ),
    swept: counter(
      'wm_worker_swept_total',
      'Events that the sweeper had to save because no wake-up led to them in time',
    ),
    poisoned: counter('wm_worker_poisoned_total', 'Events set aside because PostgreSQL refuses what they change'),
    failures: counter('wm_worker_drain_failures_total', 'Drains that failed and are tried again'),
    rebuilt: counter('wm_rebuild_workflows_total', 'Workflows taken off the list of those to be folded again'),
    rebuiltRows: counter('wm_rebuild_rows_total', 'Rows that differed from the fold of their events and were mended'),
    rebuildFailures: counter('wm_rebuild_failures_total', 'Workflows that could not be rebuilt and are tried again'),
    verified: counter('wm_verify_workflows_total', 'Workflows that the verifier folded again and compared'),
    verifyDifferences: counter('wm_verify_differences_total', 'Rows that the verifier found to differ: should be 0'),
    verifyFailures: counter('wm_verify_failures_total', 'Workflows that could not be verified now'),
    verifyRoundAt: new Gauge({
      name: 'wm_verify_round_timestamp_seconds',
      help: 'When the verifier last came to the end of all workflows, seconds since 1970; 0: not yet',
      registers,
    }),
    drainEvents: new Histogram({
      name: 'wm_worker_drain_events',
      help: 'Events per drain',
      buckets: [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000],
      registers,
    }),
    drainSeconds: new Histogram({
      name: 'wm_worker_drain_seconds',
      help: 'Time of a drain, from its first statement to the commit',
      buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
      registers,
    }),
    lagSeconds: new Gauge({
      name: 'wm_worker_lag_seconds',
      help: 'How long the oldest pending event has waited',
      registers,
    }),
  };
}
