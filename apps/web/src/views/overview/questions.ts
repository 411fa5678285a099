/** What the overview asks. Without React: the page asks it while the rest of the program is still on its way. */
import type { QueryClient } from '@tanstack/react-query';
import { ask } from '../../api/queries.ts';
import { rangeOf, rangeQuery } from '../../time/range.ts';
import type { GlobalSearch } from '../../url/search.ts';
import { courseQuestion, failureListQuestion, oldestRunQuestion } from '../failures/questions.ts';
import { serviceCourseQuestion } from '../services/questions.ts';

/** Rows of the newest failures. */
export const NEWEST = 8;

/** @param now ms; what moves with time is asked as of its minute */
export function overviewQuestions({ env, service, ...chosen }: GlobalSearch, now: number) {
  const range = rangeOf(chosen, now);
  const envs = env !== undefined && { env };
  const scope = { ...envs, ...(service !== undefined && { service }) };
  const counted = { ...scope, ...rangeQuery(range) };
  return {
    // Of all services, so that none of those that are chosen can be told from none at all.
    services: ask('GET /v1/services', { query: { ...envs, ...rangeQuery(range) } }),
    groups: ask('GET /v1/failures/groups', { query: { ...counted, limit: 50 } }),
    active: ask('GET /v1/active', { query: { ...scope, limit: 1 } }),
    pipeline: ask('GET /v1/pipeline'),
    course: courseQuestion(counted, range.lengthMs).question,
    failures: failureListQuestion(counted, NEWEST),
    oldest: oldestRunQuestion(scope),
    /** Since when a service fails. */
    serviceCourse: serviceCourseQuestion(counted, range.lengthMs).question,
  };
}

/** Asks all of it, and what the frame needs. Resolves when it is answered, whatever the answers are. */
export function askFirst(queries: QueryClient, search: GlobalSearch, now: number): Promise<unknown> {
  const { services, groups, active, pipeline, course, failures, oldest, serviceCourse } = overviewQuestions(
    search,
    now,
  );
  return Promise.all([
    queries.prefetchQuery(ask('GET /v1/environments')),
    queries.prefetchQuery(services),
    queries.prefetchQuery(groups),
    queries.prefetchQuery(active),
    queries.prefetchQuery(pipeline),
    queries.prefetchQuery(course),
    queries.prefetchQuery(oldest),
    queries.prefetchQuery(serviceCourse),
    queries.prefetchInfiniteQuery(failures),
  ]);
}
