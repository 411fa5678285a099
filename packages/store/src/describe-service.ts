/**
 * Writes what people say of a service. One row of services, by its unique key; nothing else writes these columns.
 */
import type { Sql } from './client.ts';

/** What is absent stays as it is; null takes it away. */
export interface ServiceDescription {
  displayName?: string | null;
  description?: string | null;
}

/** @returns false where there is no such service */
export async function describeService(
  sql: Sql,
  serviceKey: string,
  { displayName, description }: ServiceDescription,
): Promise<boolean> {
  const rows = await sql`
    UPDATE services SET
      display_name = ${displayName === undefined ? sql`display_name` : displayName},
      description = ${description === undefined ? sql`description` : description},
      updated_at = now()
    WHERE service_key = ${serviceKey}
    RETURNING 1`;
  return rows.length > 0;
}
