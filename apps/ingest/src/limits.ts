import { QUARANTINE_BYTES } from '@wm/store';

/**
 * What the whole process may take of the machine's memory, whatever arrives, while its JavaScript heap is bounded by
 * the flags that nodeFlags of @wm/runtime names: without them, V8 lets garbage lie on a machine that has room. The
 * limits below keep what is alive within it; the fuzzer holds the process to it.
 */
export const MEMORY_BUDGET_BYTES = 640 * 1024 * 1024;

/** How much, and how long. Sizes in bytes, times in milliseconds. */
export interface IngestLimits {
  /** A body as it comes over the wire. */
  bodyBytes: number;
  /** A gzip body once it is inflated. */
  inflatedBytes: number;
  /** Entries of one request. Real ones carry up to a few hundred. */
  eventsPerRequest: number;
  /** JSON values of one request, whatever they are: as many as 50,000 events with 20 fields have. */
  valuesPerRequest: number;
  /** Bodies of all requests that are being worked on, and what is made of them. */
  bytesInFlight: number;
  /** How long a request waits for room among them. */
  roomWaitMs: number;
  /** How long a body may stand still while it arrives. */
  bodyIdleMs: number;
  /** How long a request waits for its commit; larger ones get longer, see commitDeadline. */
  commitMs: number;
  /** How long a request waits for others to be written with, while another group is being written. */
  gatherMs: number;
  /** Groups that are written at once. */
  groupsAtOnce: number;
  /** A group holds no more events, and no more bytes, unless one event alone does. */
  groupEvents: number;
  groupBytes: number;
  /** The wake-up of the workers is given up after this. */
  wakeUpMs: number;
  /** Texts of rejected events, all of them that are stored; beyond it only their beginnings are kept. */
  quarantineBytes: number;
}

const MB = 1024 * 1024;

export const DEFAULT_LIMITS: IngestLimits = {
  bodyBytes: 16 * MB,
  inflatedBytes: 16 * MB,
  eventsPerRequest: 100_000,
  valuesPerRequest: 1_000_000,
  bytesInFlight: 48 * MB,
  roomWaitMs: 2_000,
  bodyIdleMs: 10_000,
  // A client waits for its answer and drops the batch about seven seconds after the first failure.
  commitMs: 4_000,
  gatherMs: 4,
  groupsAtOnce: 4,
  groupEvents: 2_000,
  groupBytes: 4 * MB,
  wakeUpMs: 300,
  quarantineBytes: QUARANTINE_BYTES,
};

/** PostgreSQL takes in tens of megabytes and of thousands of events a second; what is large must not fail for a bound made for what is small. */
const SLOWEST_BYTES_PER_MS = 4_000;
const SLOWEST_EVENTS_PER_MS = 5;

export function commitDeadline(limits: IngestLimits, bytes: number, events: number): number {
  return limits.commitMs + Math.ceil(bytes / SLOWEST_BYTES_PER_MS + events / SLOWEST_EVENTS_PER_MS);
}
