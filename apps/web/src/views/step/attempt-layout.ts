/** Where the attempts of a step lie on one scale of time. Pure. */
import type { Attempt } from '@wm/client';

export interface LaidAttempt {
  attempt: Attempt;
  /** Shares of the whole, 0 to 1; null: not known. */
  from: number | null;
  to: number | null;
  /** Until the next attempt began, else was due; null: none followed. */
  waitTo: number | null;
}

/** @param now ms; where an attempt that goes on ends */
export function layAttempts(attempts: readonly Attempt[], now: number): { laid: LaidAttempt[]; lengthMs: number } {
  const times = attempts.map((attempt, nth) => {
    const from = ms(attempt.startedAt);
    const to = ms(attempt.endedAt) ?? (attempt.result === 'running' ? now : null);
    const due = attempt.retryScheduled ? (ms(attempts[nth + 1]?.startedAt ?? null) ?? ms(attempt.nextAttemptAt)) : null;
    return { attempt, from, to, due };
  });
  const all = times.flatMap(({ from, to, due }) => [from, to, due]).filter((time) => time !== null);
  const begin = Math.min(...all);
  const lengthMs = all.length === 0 ? 0 : Math.max(...all) - begin;
  const share = (time: number | null): number | null =>
    time === null || lengthMs === 0 ? null : (time - begin) / lengthMs;
  return {
    laid: times.map(({ attempt, from, to, due }) => ({
      attempt,
      from: share(from),
      to: share(to),
      waitTo: share(due),
    })),
    lengthMs,
  };
}

function ms(at: string | null): number | null {
  return at === null ? null : Date.parse(at);
}
