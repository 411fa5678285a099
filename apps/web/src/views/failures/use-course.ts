/** What ran in each environment over the range, as a series of points at even distances. */
import { useQuery } from '@tanstack/react-query';
import type { MetricsGroup } from '@wm/client';
import type { Answer } from '../../api/queries.ts';
import { byImportance, useCounted, useRange } from '../../frame/scope.ts';
import { gridOf, onGrid } from '../../time/series.ts';
import type { Series } from '../../ui/chart.tsx';
import { environmentTone } from '../../ui/environment.tsx';
import { courseQuestion } from './questions.ts';

type Point = NonNullable<MetricsGroup['series']>[number];
type Groups = Pick<Answer<'GET /v1/metrics'>, 'groups' | 'range'>;

/** @param name only workflows of these names */
export function useCourse(name?: string[]) {
  const counted = { ...useCounted(), ...(name !== undefined && { name }) };
  const { question, ms } = courseQuestion(counted, useRange().lengthMs);
  return { asked: useQuery(question), ms };
}

export interface Course {
  /** Where each point begins, ms. */
  grid: number[];
  /** One for each environment, those that matter most first. */
  environments: { env: string; points: Point[] }[];
}

export function courseOf({ groups, range }: Groups, ms: number): Course {
  return {
    grid: gridOf(range, ms),
    environments: groups
      .map(({ env, series }) => ({ env: env ?? '', points: series ?? [] }))
      .toSorted((left, right) => byImportance(left.env, right.env)),
  };
}

/** Completed, cancelled and failed of all environments together; failed at the bottom, where a few are seen. */
export function outcomes({ grid, environments }: Course): Series[] {
  const added = (of: 'completed' | 'cancelled' | 'failed'): number[] => {
    const each = environments.map(({ points }) => onGrid(points, grid, (point) => point[of], 0));
    return grid.map((_, at) => each.reduce((sum, values) => sum + (values[at] ?? 0), 0));
  };
  return [
    { name: 'completed', tone: 'completed', as: 'bars', values: added('completed') },
    { name: 'cancelled', tone: 'quiet', as: 'bars', values: added('cancelled') },
    { name: 'failed', tone: 'failed', as: 'bars', values: added('failed') },
  ];
}

/** Failures as bars, one colour an environment. */
export function failuresByEnvironment({ grid, environments }: Course): Series[] {
  return environments.map(({ env, points }) => ({
    name: env,
    tone: environmentTone(env),
    as: 'bars',
    values: onGrid(points, grid, ({ failed }) => failed, 0),
  }));
}

/** Failed, of those that completed or failed, as lines; nothing where none did. */
export function failedShares({ grid, environments }: Course): Series[] {
  return environments.map(({ env, points }, index) => ({
    name: env,
    tone: environmentTone(env),
    as: 'line',
    dashed: index % 2 === 1,
    values: onGrid(points, grid, ({ successRate }) => (successRate === null ? null : 1 - successRate), null),
  }));
}
