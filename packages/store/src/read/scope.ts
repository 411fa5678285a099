import type { WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';

/** What a reader may see; null: no limit. It goes into every query, so that nothing outside is listed or counted. */
export interface ReadScope {
  readonly env: string | null;
  readonly serviceKey: string | null;
}

export const EVERYTHING: ReadScope = { env: null, serviceKey: null };

/** True where a workflow lies inside a scope. */
export function covers(scope: ReadScope, key: WorkflowKey): boolean {
  return (
    (scope.env === null || scope.env === key.env) && (scope.serviceKey === null || scope.serviceKey === key.serviceKey)
  );
}

/** The scope as conditions to append to a WHERE clause of a table with the columns env and service_key. */
export function scopeConditions(sql: Sql | Tx, scope: ReadScope) {
  return sql`
    ${scope.env === null ? sql`` : sql`AND env = ${scope.env}`}
    ${scope.serviceKey === null ? sql`` : sql`AND service_key = ${scope.serviceKey}`}`;
}
