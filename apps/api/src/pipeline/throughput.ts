/** How fast events come in and are taken into the state, from what was counted at some moments of the last minutes. */

export interface Counted {
  /** ms */
  at: number;
  /** Events ever stored. */
  stored: number;
  /** Events that wait to be folded. */
  unprocessed: number;
}

export interface Throughput {
  storedPerMinute: number;
  foldedPerMinute: number;
  /** What they are an average of. */
  overMs: number;
}

const KEPT_MS = 120_000;
const LEAST_MS = 4_000;

/** Keeps what was counted, and reckons the pace between the oldest and the newest of it. */
export class ThroughputMeter {
  #kept: Counted[] = [];

  /** @returns null: nothing to compare with yet */
  add(counted: Counted): Throughput | null {
    const kept = this.#kept.filter(({ at, stored }) => counted.at - at <= KEPT_MS && stored <= counted.stored);
    this.#kept = [...kept, counted];
    const oldest = kept[0];
    if (oldest === undefined || counted.at - oldest.at < LEAST_MS) return null;
    const overMs = counted.at - oldest.at;
    const stored = counted.stored - oldest.stored;
    const folded = Math.max(0, stored - (counted.unprocessed - oldest.unprocessed));
    const perMinute = (count: number): number => Math.round((count * 60_000) / overMs);
    return { storedPerMinute: perMinute(stored), foldedPerMinute: perMinute(folded), overMs };
  }
}
