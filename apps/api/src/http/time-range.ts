/** The time range of a question about counts: whole minutes, the last day where nothing is said. */
import { z } from '@hono/zod-openapi';
import { DAY_MS, MINUTE_MS, type TimeRange } from '@wm/store';
import { EARLIEST_MS, LATEST_MS } from './cursor.ts';
import { instant, instantJson } from './params.ts';
import { ProblemError } from './problem.ts';

/** What can be written of the last one: the next begins in the year 10000. */
const LAST_MINUTE_MS = Math.floor(LATEST_MS / MINUTE_MS) * MINUTE_MS;

const LONGEST_MS = 400 * DAY_MS;

export const rangeFields = {
  since: instant.optional().openapi({
    description: 'Counts from this time on, rounded down to its minute; 24 hours before `until` where absent',
  }),
  until: instant.optional().openapi({
    description: 'Counts before this time, rounded up to its minute; now where absent',
  }),
};

export const rangeSchema = z
  .object({ since: instantJson, until: instantJson })
  .openapi({ description: 'What was counted: from `since` on, before `until`' });

/**
 * @param stepMs the range begins at a multiple of it
 * @throws ProblemError 400 where the range is empty or longer than 400 days
 */
export function timeRange(
  { since, until }: { since?: number | undefined; until?: number | undefined },
  stepMs = MINUTE_MS,
): TimeRange {
  const to = Math.min(LAST_MINUTE_MS, Math.ceil((until ?? Date.now()) / MINUTE_MS) * MINUTE_MS);
  const from = Math.max(EARLIEST_MS, Math.floor((since ?? to - DAY_MS) / stepMs) * stepMs);
  if (from >= to) throw refused('since', 'must be before until');
  if (to - from > LONGEST_MS) throw refused('since', 'must not be more than 400 days before until');
  return { from, to };
}

export function rangeJson({ from, to }: TimeRange) {
  return { since: new Date(from).toISOString(), until: new Date(to).toISOString() };
}

export function refused(field: string, message: string): ProblemError {
  const detail = `Nothing was read: ${field} cannot be understood. See errors for each.`;
  return new ProblemError(400, detail, [{ in: 'query', field, message }]);
}
