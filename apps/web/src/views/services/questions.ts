/** What is asked of services in more than one place. Without React: the first view asks before that is there. */
import { ask, type Query } from '../../api/queries.ts';
import { intervalFor } from '../../time/range.ts';

/** What ran in each service of each environment, as a series. `ms` is the width of a point. */
export function serviceCourseQuestion(counted: Query<'GET /v1/metrics'>, lengthMs: number) {
  const { interval, ms } = intervalFor(lengthMs);
  const query = { ...counted, groupBy: ['env' as const, 'service' as const], interval };
  return { question: ask('GET /v1/metrics', { query }), ms };
}
