/** The figures that ingest shows at /metrics. */
import { QUARANTINE_REASONS } from '@wm/events';
import { addGauge, Counter, Histogram } from '@wm/runtime';
import type { Registry } from '@wm/runtime';

export interface IngestMetrics {
  accepted: Counter;
  duplicates: Counter;
  quarantined: Counter<'reason'>;
  quarantineFull: Counter;
  answers: Counter<'status'>;
  wakeUpFailures: Counter;
  insertSeconds: Histogram;
  ackSeconds: Histogram;
  groupRequests: Histogram;
  groupEvents: Histogram;
}

/** Answers to POST /v1/events that the application gives. */
const STATUSES = [202, 400, 401, 408, 413, 415, 503];
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** @param bytesInFlight read when somebody looks */
export function createIngestMetrics(registry: Registry, bytesInFlight: () => number): IngestMetrics {
  const registers = [registry];
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers });
  const histogram = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ name, help, buckets, registers });
  addGauge(registry, 'wm_ingest_bytes_in_flight', 'Bytes of the bodies that are being worked on', [], () => [
    { value: bytesInFlight() },
  ]);
  const metrics: IngestMetrics = {
    accepted: counter('wm_ingest_events_accepted_total', 'Events that were new and are stored'),
    duplicates: counter('wm_ingest_events_duplicate_total', 'Events that were stored before'),
    quarantined: new Counter({
      name: 'wm_ingest_events_quarantined_total',
      help: 'Events that were put aside, by reason',
      labelNames: ['reason'],
      registers,
    }),
    quarantineFull: counter(
      'wm_ingest_quarantine_full_total',
      'Events put aside with the beginning of their text only, because the quarantine is full',
    ),
    answers: new Counter({
      name: 'wm_ingest_answers_total',
      help: 'Answers to POST /v1/events, by status',
      labelNames: ['status'],
      registers,
    }),
    wakeUpFailures: counter(
      'wm_ingest_wake_up_failures_total',
      'Calls to the queue that failed; the sweeper takes the events up',
    ),
    insertSeconds: histogram('wm_ingest_insert_seconds', 'Time of a statement that writes a group of events', SECONDS),
    ackSeconds: histogram('wm_ingest_ack_seconds', 'Time from the headers of a request to its 202', SECONDS),
    groupRequests: histogram('wm_ingest_group_requests', 'Requests written together', [1, 2, 5, 10, 20, 50, 100, 200]),
    groupEvents: histogram(
      'wm_ingest_group_events',
      'Events written together',
      [1, 5, 20, 50, 100, 200, 500, 1_000, 2_000],
    ),
  };
  // Every series from the beginning: a rate sees no step from nothing to one.
  for (const reason of Object.keys(QUARANTINE_REASONS)) metrics.quarantined.inc({ reason }, 0);
  for (const status of STATUSES) metrics.answers.inc({ status }, 0);
  return metrics;
}
