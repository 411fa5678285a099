/** What may be asked of the metrics. */
import { z } from '@hono/zod-openapi';
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeRange } from '@wm/store';
import { name, repeated } from '../http/params.ts';
import { rangeFields, refused, timeRange } from '../http/time-range.ts';

/** Steps may be named after what they work on, so a month of all of them is no longer a few names. */
const MOST_STEP_DAYS = 2;

const INTERVALS = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '3h': 3 * HOUR_MS,
  '6h': 6 * HOUR_MS,
  '12h': 12 * HOUR_MS,
  '1d': DAY_MS,
  '7d': 7 * DAY_MS,
} as const;

const names = (description: string) =>
  repeated(name).openapi({ description, type: 'array', items: { type: 'string' } });

export const filterFields = {
  service: names('Only these services; may be given more than once'),
  name: names('Only workflows of these names; may be given more than once'),
  ...rangeFields,
};

const dimension = z.enum(['env', 'service', 'name', 'step']);

export const metricsQuery = z.strictObject({
  of: z
    .enum(['workflows', 'steps'])
    .default('workflows')
    .openapi({ description: `What is counted. Steps of more than ${MOST_STEP_DAYS} days are for a service or name` }),
  groupBy: repeated(dimension).openapi({
    description: 'A group for each combination; may be given more than once. `step` with of=steps only',
    type: 'array',
    items: { type: 'string', enum: dimension.options },
  }),
  interval: z
    .enum(Object.keys(INTERVALS) as [keyof typeof INTERVALS])
    .optional()
    .openapi({
      description:
        'Width of the points of a series, which begin at multiples of it (UTC); no series where absent. Below 1h for 24 hours at most; below 1d for 3 days, but for whole environments',
    }),
  histogram: z
    .enum(['true', 'false'])
    .default('false')
    .openapi({ description: 'Whether to show the durations themselves' }),
  env: names('Only these environments; may be given more than once'),
  step: names('Only these steps, with of=steps; may be given more than once'),
  ...filterFields,
});

/** Points that an answer shows at most, over all its groups; more would be no picture. */
export const MOST_POINTS = 10_000;
const MOST_POINTS_OF_GROUP = 1_500;

/** The hours of a month, of each name: more than can be added up while somebody waits. */
const MOST_HOURLY_DAYS = 3;

/** "The last 24 hours" of a page that has been open for some minutes are a little more. */
const ROOM_MS = HOUR_MS;

const isOfEnvironments = (query: z.infer<typeof metricsQuery>): boolean =>
  query.of === 'workflows' && isWide(query) && query.groupBy.every((dimension) => dimension === 'env');

const isWide = ({ service, name: names }: z.infer<typeof metricsQuery>): boolean =>
  service.length === 0 && names.length === 0;

/** @throws ProblemError 400 where the parts do not fit together */
export function seriesOf(query: z.infer<typeof metricsQuery>): { range: TimeRange; stepMs: number | null } {
  if (query.of === 'workflows' && query.groupBy.includes('step')) throw refused('groupBy', 'step needs of=steps');
  if (query.of === 'workflows' && query.step.length > 0) throw refused('step', 'needs of=steps');
  const whole = timeRange(query);
  const isLonger = (days: number): boolean => whole.to - whole.from > days * DAY_MS + ROOM_MS;
  if (query.of === 'steps' && isLonger(MOST_STEP_DAYS) && isWide(query)) {
    throw refused('service', `or name is needed with of=steps where the range is longer than ${MOST_STEP_DAYS} days`);
  }
  if (query.interval === undefined) return { range: whole, stepMs: null };
  const stepMs = INTERVALS[query.interval];
  const range = timeRange(query, stepMs);
  // Points narrower than an hour are made of minutes, of which a month has too many.
  if (stepMs < HOUR_MS && isLonger(1)) {
    throw refused('interval', 'must be 1h or more where the range is longer than 24 hours');
  }
  if (stepMs % DAY_MS !== 0 && isLonger(MOST_HOURLY_DAYS) && !isOfEnvironments(query)) {
    throw refused(
      'interval',
      `must be 1d or 7d where the range is longer than ${MOST_HOURLY_DAYS} days, but for whole environments`,
    );
  }
  if ((range.to - range.from) / stepMs > MOST_POINTS_OF_GROUP) {
    throw refused('interval', `must be wider: the range has more than ${MOST_POINTS_OF_GROUP} of them`);
  }
  return { range, stepMs };
}
