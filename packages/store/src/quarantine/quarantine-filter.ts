/** Which entries of the quarantine somebody means. */
import type { Sql, Tx } from '../client.ts';
import { scopeConditions } from '../read/scope.ts';
import type { ReadScope } from '../read/scope.ts';

/** Open: nobody has redriven or discarded it yet. */
export const QUARANTINE_STATES = ['open', 'redriven', 'discarded'] as const;
export type QuarantineState = (typeof QUARANTINE_STATES)[number];

export interface QuarantineFilter {
  scope: ReadScope;
  /** Each null: no limit. */
  reason: string | null;
  env: string | null;
  service: string | null;
  /** Received at or after this time, and before that one; milliseconds since the epoch. */
  since: number | null;
  until: number | null;
}

/** To append to a WHERE clause. A limited scope reaches no entry that names no environment or service. */
export function filterConditions(sql: Sql | Tx, filter: QuarantineFilter, state: QuarantineState | null) {
  const { scope, reason, env, service, since, until } = filter;
  return sql`
    ${state === null ? sql`` : stateCondition(sql, state)}
    ${scopeConditions(sql, scope)}
    ${reason === null ? sql`` : sql`AND reason = ${reason}`}
    ${env === null ? sql`` : sql`AND env = ${env}`}
    ${service === null ? sql`` : sql`AND service_key = ${service}`}
    ${since === null ? sql`` : sql`AND received_at >= ${new Date(since)}`}
    ${until === null ? sql`` : sql`AND received_at < ${new Date(until)}`}`;
}

export function stateCondition(sql: Sql | Tx, state: QuarantineState) {
  switch (state) {
    case 'open':
      return sql`AND redriven_at IS NULL AND discarded_at IS NULL`;
    case 'redriven':
      return sql`AND redriven_at IS NOT NULL`;
    case 'discarded':
      return sql`AND discarded_at IS NOT NULL`;
  }
}
