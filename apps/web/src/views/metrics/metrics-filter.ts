/** What the questions of this view have in common. */
import { useSearch } from '@tanstack/react-router';
import { useRange, useScope } from '../../frame/scope.ts';

export type By = 'env' | 'service' | 'name' | 'step';

/** Environments, services, names and, where steps are counted, steps. */
export function useMetricsFilter(by: By) {
  const { name, steps } = useSearch({ from: '/statistics' });
  const scope = useScope();
  const range = useRange();
  const isWide = scope.service === undefined && name === undefined;
  return {
    range,
    isWide,
    filter: {
      ...scope,
      ...(name !== undefined && { name }),
      ...(by === 'step' && steps !== undefined && { step: steps }),
      ...(by === 'step' && { of: 'steps' as const }),
    },
  };
}
