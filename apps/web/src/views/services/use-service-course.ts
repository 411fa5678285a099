/** What ran in each service of each environment over the range, at even distances. */
import { useQuery } from '@tanstack/react-query';
import type { MetricsGroup } from '@wm/client';
import { useCounted, useRange } from '../../frame/scope.ts';
import { gridOf, onGrid } from '../../time/series.ts';
import { serviceCourseQuestion } from './questions.ts';

export interface ServiceCourse {
  groups: readonly MetricsGroup[];
  /** Where each point begins, ms. */
  grid: readonly number[];
  /** Width of a point. */
  ms: number;
}

/** @param enabled false: nothing is asked. @returns undefined: not known (yet) */
export function useServiceCourse(enabled = true): ServiceCourse | undefined {
  const { question, ms } = serviceCourseQuestion(useCounted(), useRange().lengthMs);
  const { data } = useQuery({ ...question, enabled });
  return data === undefined ? undefined : { groups: data.groups, grid: gridOf(data.range, ms), ms };
}

/** @returns null: beyond the 200 busiest, of which alone the api tells */
export function seriesOf(
  { groups, grid }: ServiceCourse,
  env: string,
  serviceKey: string,
): { completed: number; failed: number; cancelled: number }[] | null {
  const points = groups.find((group) => group.env === env && group.service === serviceKey)?.series;
  if (points === null || points === undefined) return null;
  const values = (of: 'completed' | 'failed' | 'cancelled') => onGrid(points, grid, (point) => point[of], 0);
  const [completed, failed, cancelled] = [values('completed'), values('failed'), values('cancelled')];
  return grid.map((_, at) => ({
    completed: completed[at] ?? 0,
    failed: failed[at] ?? 0,
    cancelled: cancelled[at] ?? 0,
  }));
}
