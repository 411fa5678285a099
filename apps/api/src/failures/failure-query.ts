/** What the routes about failures may be asked for. */
import { z } from '@hono/zod-openapi';
import { DAY_MS, type FailureRange, type ReadScope } from '@wm/store';
import { cursorInstant, decodeCursor, EARLIEST_MS, encodeCursor } from '../http/cursor.ts';
import { cursorParam, instant, instantJson, limit } from '../http/params.ts';
import { ProblemError } from '../http/problem.ts';
import { filterParams } from '../workflows/list-query.ts';

const rangeFields = {
  env: filterParams.env,
  service: filterParams.service,
  name: filterParams.name,
  since: instant
    .optional()
    .openapi({ description: 'Failures from the minute of this time on; 24 hours before `until` where absent' }),
  until: instant.optional().openapi({ description: 'Failures of the minutes before this time; now where absent' }),
};

/** Where a page of a ranking ended. The range is in it, so that pages asked for later count the same failures. */
export interface RankCursor {
  since: number;
  until: number;
  count: number;
  keys: string[];
}

const storable = z.string().refine((text) => !text.includes('\0'));

function readRankCursor(length: number): (cursor: string) => RankCursor | undefined {
  const schema = z.tuple([cursorInstant, cursorInstant, z.int()]).rest(storable);
  return (cursor) => {
    const parsed = schema.safeParse(decodeCursor(cursor));
    if (!parsed.success) return undefined;
    const [since, until, count, ...keys] = parsed.data;
    return keys.length === length ? { since, until, count, keys } : undefined;
  };
}

/** @param keys how many names tell the rows of the ranking apart */
export function rankingQuery(keys: number) {
  return z.strictObject({ ...rangeFields, limit, cursor: cursorParam(readRankCursor(keys)) });
}

type RankingValues = z.output<ReturnType<typeof rankingQuery>>;

/** @throws 400 where the range is empty */
export function rangeOf(scope: ReadScope, values: RankingValues, now: number): FailureRange {
  const until = values.cursor?.until ?? values.until ?? now;
  const since = values.cursor?.since ?? values.since ?? Math.max(EARLIEST_MS, until - DAY_MS);
  if (since >= until) {
    throw new ProblemError(400, 'Nothing was read: since cannot be understood. See errors for each.', [
      { in: 'query', field: 'since', message: 'must be before until' },
    ]);
  }
  return { scope, envs: values.env, services: values.service, names: values.name, since, until };
}

export function rankCursor({ since, until }: FailureRange, count: number, keys: readonly string[]): string {
  return encodeCursor([since, until, count, ...keys]);
}

export const rangeSchema = z
  .object({ since: instantJson, until: instantJson })
  .openapi({ description: 'What was counted; from the minute of `since` on' });

export function rangeView({ since, until }: FailureRange) {
  return { since: new Date(since), until: new Date(until) };
}
