/**
 * The services that ever sent something, with what people say of them, in each of their environments.
 *
 * Reads: services and service_environments, whole.
 * Index: none, or their unique keys with a limit. Growth: with the services and their environments, dozens of each.
 */
import type { Sql, Tx } from '../client.ts';
import type { ReadScope } from './scope.ts';

export interface ServiceView {
  serviceKey: string;
  displayName: string | null;
  description: string | null;
  createdAt: Date;
  updatedAt: Date;
  env: string;
  /** Newest time that an event itself names. */
  lastEventAt: Date | null;
  /** Newest arrival; about ten seconds behind. */
  lastArrivalAt: Date;
  lastDelayMs: number | null;
}

/** One row for each service and environment, by key. @param serviceKey null: all */
export function listServices(sql: Sql | Tx, scope: ReadScope, serviceKey: string | null = null) {
  return sql<ServiceView[]>`
    SELECT s.service_key AS "serviceKey", s.display_name AS "displayName", s.description,
      s.created_at AS "createdAt", s.updated_at AS "updatedAt", e.env,
      e.last_event_at AS "lastEventAt", e.last_arrival_at AS "lastArrivalAt", e.last_delay_ms AS "lastDelayMs"
    FROM services s JOIN service_environments e USING (service_key)
    WHERE true
      ${scope.env === null ? sql`` : sql`AND e.env = ${scope.env}`}
      ${scope.serviceKey === null ? sql`` : sql`AND s.service_key = ${scope.serviceKey}`}
      ${serviceKey === null ? sql`` : sql`AND s.service_key = ${serviceKey}`}
    ORDER BY s.service_key, e.env`;
}
