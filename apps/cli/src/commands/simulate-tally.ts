import type { PostOutcome } from './simulate-post.ts';

/** How a simulation went. Times in milliseconds, counts of events unless named otherwise. */
export interface Summary {
  readonly seconds: number;
  readonly requests: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly quarantineReasons: Readonly<Record<string, number>>;
  /** Tries that failed, by what they failed of. */
  readonly failedTries: Readonly<Record<string, number>>;
  readonly droppedRequests: number;
  readonly droppedEvents: number;
  readonly abandonedEvents: number;
  readonly ackMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** Percentiles are taken over the newest acknowledgements. */
const KEPT_LATENCIES = 20_000;

/** Counts what a simulation sends and what comes back. */
export class Tally {
  readonly #begun = performance.now();
  readonly #latencies: number[] = [];
  readonly #reasons = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  #counts = { requests: 0, answered: 0, events: 0, accepted: 0, duplicates: 0, quarantined: 0 };
  #lost = { droppedRequests: 0, droppedEvents: 0, abandonedEvents: 0 };
  #slowest = 0;
  #lastLine = { at: this.#begun, events: 0 };
  /** Requests that wait for an answer or for their next try. */
  inFlight = 0;

  failedTry(reason: string): void {
    this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1);
  }

  record(events: number, outcome: PostOutcome): void {
    this.#counts.requests += 1;
    this.#counts.events += events;
    if (outcome.kind === 'dropped') {
      this.#lost.droppedRequests += 1;
      this.#lost.droppedEvents += events;
    } else if (outcome.kind === 'abandoned') {
      this.#lost.abandonedEvents += events;
    } else {
      this.#latencies[this.#counts.answered % KEPT_LATENCIES] = outcome.ackMs;
      this.#counts.answered += 1;
      this.#slowest = Math.max(this.#slowest, outcome.ackMs);
      this.#counts.accepted += outcome.answer.accepted;
      this.#counts.duplicates += outcome.answer.duplicates;
      this.#counts.quarantined += outcome.answer.quarantined.length;
      for (const { reason } of outcome.answer.quarantined)
        this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    }
  }

  /** One line on how it goes; its rate covers the time since the line before. */
  progressLine(): string {
    const now = performance.now();
    const { events, accepted, duplicates, quarantined } = this.#counts;
    const rate = ((events - this.#lastLine.events) / Math.max(now - this.#lastLine.at, 1)) * 1000;
    this.#lastLine = { at: now, events };
    const { p50, p99 } = this.#ackMs();
    const failed = [...this.#failures.values()].reduce((sum, count) => sum + count, 0);
    return [
      `${((now - this.#begun) / 1000).toFixed(0)} s`,
      `${rate.toFixed(0)} events/s`,
      `${accepted} accepted`,
      `${duplicates} duplicates`,
      `${quarantined} quarantined`,
      `ack p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms`,
      `${failed} failed tries`,
      `${this.#lost.droppedEvents} dropped`,
      `${this.inFlight} in flight`,
    ].join(' · ');
  }

  summary(): Summary {
    const { requests, events, accepted, duplicates, quarantined } = this.#counts;
    const seconds = (performance.now() - this.#begun) / 1000;
    return {
      seconds: Math.round(seconds * 1000) / 1000,
      requests,
      events,
      eventsPerSecond: Math.round(events / seconds),
      accepted,
      duplicates,
      quarantined,
      quarantineReasons: Object.fromEntries(this.#reasons),
      failedTries: Object.fromEntries(this.#failures),
      ...this.#lost,
      ackMs: this.#ackMs(),
    };
  }

  #ackMs(): Summary['ackMs'] {
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    const at = (share: number): number =>
      round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
    return { p50: at(0.5), p99: at(0.99), max: round(this.#slowest) };
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** The summary in words. */
export function summaryText(summary: Summary): string {
  const { ackMs } = summary;
  const lines = [
    `Sent ${summary.events} events in ${summary.requests} requests, ${summary.seconds.toFixed(1)} s (${summary.eventsPerSecond} events/s).`,
    `  accepted ${summary.accepted}, duplicates ${summary.duplicates}, quarantined ${summary.quarantined}${listed(summary.quarantineReasons)}`,
    `  acknowledged in ${ackMs.p50} ms (half of them), ${ackMs.p99} ms (99 in 100), ${ackMs.max} ms (slowest)`,
  ];
  if (Object.keys(summary.failedTries).length > 0) lines.push(`  failed tries${listed(summary.failedTries)}`);
  if (summary.abandonedEvents > 0)
    lines.push(`  ${summary.abandonedEvents} events were still unanswered when it was stopped`);
  if (summary.droppedEvents > 0) {
    lines.push(
      `  DROPPED: ${summary.droppedEvents} events in ${summary.droppedRequests} requests failed four times, as a client would have lost them`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function listed(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? '' : ` (${entries.map(([what, count]) => `${what}: ${count}`).join(', ')})`;
}
