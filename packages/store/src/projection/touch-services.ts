/**
 * Keeps the list of services: a row for each service key that sends events, and one for each of its environments with
 * when it last did.
 *
 * The anti-joins come first, because an upsert locks its row even where it changes nothing: a row is written only when
 * it is new, lacks an environment, or is more than ten seconds behind. One lookup in each table by its unique key per
 * service and environment; sorted, so that drains cannot deadlock.
 */
import type { Tx } from '../client.ts';

const ROWS = `jsonb_to_recordset($1::text::jsonb) AS r("serviceKey" text, env text, "lastEventAt" timestamptz,
                                                       "lastArrivalAt" timestamptz, "lastDelayMs" bigint)`;

const TOUCH_SERVICES = `
INSERT INTO services AS t (service_key, environments, last_event_at)
SELECT r.* FROM (
  SELECT "serviceKey", array_agg(env ORDER BY env) AS environments, max("lastArrivalAt") AS at
  FROM ${ROWS} GROUP BY "serviceKey"
) r
WHERE NOT EXISTS (
  SELECT FROM services s
  WHERE s.service_key = r."serviceKey" AND s.environments @> r.environments
    AND s.last_event_at >= r.at - interval '10 seconds')
ORDER BY r."serviceKey"
ON CONFLICT (service_key) DO UPDATE
SET environments = (SELECT array_agg(DISTINCT e ORDER BY e) FROM unnest(t.environments || EXCLUDED.environments) e),
    last_event_at = greatest(t.last_event_at, EXCLUDED.last_event_at),
    updated_at = now()`;

const TOUCH_ENVIRONMENTS = `
INSERT INTO service_environments AS t (service_key, env, last_event_at, last_arrival_at, last_delay_ms)
SELECT r."serviceKey", r.env, r."lastEventAt", r."lastArrivalAt", r."lastDelayMs" FROM ${ROWS}
WHERE NOT EXISTS (
  SELECT FROM service_environments s
  WHERE s.service_key = r."serviceKey" AND s.env = r.env
    AND s.last_arrival_at >= r."lastArrivalAt" - interval '10 seconds'
    -- Of what was sent long after it happened, hours may follow each other within a second.
    AND (r."lastEventAt" IS NULL OR s.last_event_at >= r."lastEventAt" - interval '10 seconds'))
ORDER BY r."serviceKey", r.env
ON CONFLICT (service_key, env) DO UPDATE
SET last_event_at = greatest(t.last_event_at, EXCLUDED.last_event_at),
    last_delay_ms = CASE WHEN EXCLUDED.last_arrival_at >= t.last_arrival_at
                      THEN coalesce(EXCLUDED.last_delay_ms, t.last_delay_ms) ELSE t.last_delay_ms END,
    last_arrival_at = greatest(t.last_arrival_at, EXCLUDED.last_arrival_at)`;

/** What was heard of a service in one environment. Times are milliseconds since the epoch. */
export interface ServiceArrival {
  serviceKey: string;
  env: string;
  /** Newest time that an event itself names; null: none that can be believed. */
  lastEventAt: number | null;
  /** Newest arrival (received_at). */
  lastArrivalAt: number;
  /** How long that event took to arrive; null: not known. */
  lastDelayMs: number | null;
}

export async function touchServices(tx: Tx, arrivals: readonly ServiceArrival[]): Promise<void> {
  if (arrivals.length === 0) return;
  const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  const records = JSON.stringify(
    arrivals.map((arrival) => ({
      ...arrival,
      lastEventAt: instant(arrival.lastEventAt),
      lastArrivalAt: instant(arrival.lastArrivalAt),
    })),
  );
  await Promise.all(
    [TOUCH_SERVICES, TOUCH_ENVIRONMENTS].map((statement) => tx.unsafe(statement, [records], { prepare: true })),
  );
}
