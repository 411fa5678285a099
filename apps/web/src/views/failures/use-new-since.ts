/** From when on an error that is seen for the first time is a new one. */
import { useQuery } from '@tanstack/react-query';
import { useScope } from '../../frame/scope.ts';
import { oldestRunQuestion } from './questions.ts';

/**
 * @param range of the answer with the errors; undefined: not known yet
 * @returns ms; null: nobody can say, because nothing is known of the time before the range (or not yet)
 */
export function useNewSince(range: { since: string } | undefined): number | null {
  const { data } = useQuery(oldestRunQuestion(useScope()));
  const oldest = data?.workflows[0];
  if (oldest === undefined || range === undefined) return null;
  const since = Date.parse(range.since);
  return Date.parse(oldest.sortAt) < since ? since : null;
}
