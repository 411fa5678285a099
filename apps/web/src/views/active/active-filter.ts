/** What every question of this view takes: all of its address but the states. */
import { useSearch } from '@tanstack/react-router';
import { useScope } from '../../frame/scope.ts';

export function useActiveFilter() {
  const { name } = useSearch({ from: '/active' });
  return { ...useScope(), ...(name !== undefined && { name }) };
}
