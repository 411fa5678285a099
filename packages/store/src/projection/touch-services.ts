/**
 * Keeps the list of services: a row for each service key that sends events, its environments, and when it last did.
 *
 * The anti-join comes first, because an upsert locks its row even where it changes nothing: a row is written only when
 * it is new, lacks an environment, or is more than ten seconds behind. One lookup in services (unique service_key) per
 * service; sorted, so that drains cannot deadlock.
 */
import type { Tx } from '../client.ts';

const TOUCH_SERVICES = `
INSERT INTO services AS t (service_key, environments, last_event_at)
SELECT r."serviceKey", r.environments, r."lastEventAt"
FROM jsonb_to_recordset($1::text::jsonb) AS r("serviceKey" text, environments text[], "lastEventAt" timestamptz)
WHERE NOT EXISTS (
  SELECT FROM services s
  WHERE s.service_key = r."serviceKey" AND s.environments @> r.environments
    AND s.last_event_at >= r."lastEventAt" - interval '10 seconds')
ORDER BY r."serviceKey"
ON CONFLICT (service_key) DO UPDATE
SET environments = (SELECT array_agg(DISTINCT e ORDER BY e) FROM unnest(t.environments || EXCLUDED.environments) e),
    last_event_at = greatest(t.last_event_at, EXCLUDED.last_event_at),
    updated_at = now()`;

export interface ServiceArrival {
  serviceKey: string;
  /** Sorted. */
  environments: string[];
  /** Newest arrival (received_at), milliseconds since the epoch. */
  lastEventAt: number;
}

export async function touchServices(tx: Tx, arrivals: readonly ServiceArrival[]): Promise<void> {
  if (arrivals.length === 0) return;
  const records = arrivals.map((arrival) => ({ ...arrival, lastEventAt: new Date(arrival.lastEventAt).toISOString() }));
  await tx.unsafe(TOUCH_SERVICES, [JSON.stringify(records)], { prepare: true });
}
