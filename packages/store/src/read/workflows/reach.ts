import type { Tx } from '../../client.ts';
import { findEnvironments } from './find-environments.ts';
import type { WorkflowFilter } from './workflow-filter.ts';

/** What a key leaves of a filter: environments and services beyond its reach are not even looked for. */
export interface Reach {
  filter: WorkflowFilter;
  /** Never empty. */
  envs: string[];
}

/** @returns null where nothing is left, or nothing is stored */
export async function reachOf(tx: Tx, filter: WorkflowFilter): Promise<Reach | null> {
  const { scope } = filter;
  const asked = narrowed(filter.envs, scope.env);
  const services = narrowed(filter.services, scope.serviceKey);
  if (asked === null || services === null) return null;
  const envs = asked.length > 0 ? asked : (await findEnvironments(tx)).map(({ env }) => env);
  return envs.length === 0 ? null : { filter: { ...filter, services }, envs };
}

/** Of the values asked for (none: any) those that a limit (null: none) lets through. */
function narrowed(asked: string[], only: string | null): string[] | null {
  if (only === null) return asked;
  return asked.length === 0 || asked.includes(only) ? [only] : null;
}
