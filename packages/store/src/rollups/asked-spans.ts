/** Which spans a round of make-spans makes: the part that its statements share. */
import type { SpanWidth } from './span-widths.ts';

/** A quarter of an hour of one service, or of all. */
export interface ServiceQuarter {
  /** Its beginning, as PostgreSQL writes it. */
  start: string;
  /** With `serviceKey`; null: of every service. */
  env: string | null;
  serviceKey: string | null;
}

export const LENGTH = (width: SpanWidth): string => `interval '${width} minutes'`;

/** Spans that hold any of the quarters and are over at the time $2. */
export const ASKED = (width: SpanWidth) => `
  asked AS (
    SELECT * FROM (
      SELECT DISTINCT date_bin(${LENGTH(width)}, r.start, 'epoch') AS start, r.env, r."serviceKey"
      FROM jsonb_to_recordset($1::text::jsonb) AS r(start timestamptz, env text, "serviceKey" text)
      WHERE isfinite(r.start)
    ) AS spans
    WHERE start + ${LENGTH(width)} <= $2::text::timestamptz
  )`;

export const OF_SERVICE = (alias: string) =>
  `(asked.env IS NULL OR (${alias}.env = asked.env AND ${alias}.service_key = asked."serviceKey"))`;
