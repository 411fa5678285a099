import type { Sql, Tx } from '../client.ts';
import type { QuarantineState } from './quarantine-filter.ts';

/** An entry of the quarantine, without its text. */
export interface QuarantineSummary {
  id: string;
  state: QuarantineState;
  reason: string;
  detail: string;
  /** As claimed; null where unreadable. */
  eventId: string | null;
  env: string | null;
  serviceKey: string | null;
  /** The API key that it came with; null with AUTH=off. */
  keyId: string | null;
  receivedAt: Date;
  /** Bytes of its text that are kept. */
  rawBytes: number;
  /** Only the beginning of its text is kept. */
  rawCut: boolean;
  redrivenAt: Date | null;
  discardedAt: Date | null;
}

/** The columns of quarantined_events as a QuarantineSummary. The length of a text is known without reading it. */
export function summaryColumns(sql: Sql | Tx) {
  return sql`
    id, reason, detail, event_id AS "eventId", env, service_key AS "serviceKey", key_id AS "keyId",
    received_at AS "receivedAt", octet_length(raw) AS "rawBytes", raw_cut AS "rawCut",
    redriven_at AS "redrivenAt", discarded_at AS "discardedAt", ${stateColumn(sql)}`;
}

/** The column `state`. */
export function stateColumn(sql: Sql | Tx) {
  return sql`
    CASE WHEN redriven_at IS NOT NULL THEN 'redriven' WHEN discarded_at IS NOT NULL THEN 'discarded' ELSE 'open' END
      AS state`;
}
