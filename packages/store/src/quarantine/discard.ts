/** Discarding: somebody decided that an entry is not needed. It stays with its reason and theirs; its text makes room when needed. */
import type { Fragment } from 'postgres';
import type { Sql } from '../client.ts';
import type { ReadScope } from '../read/scope.ts';
import { findQuarantineState } from './find-quarantined.ts';
import { filterConditions, stateCondition } from './quarantine-filter.ts';
import type { QuarantineFilter, QuarantineState } from './quarantine-filter.ts';
import { storableText } from './storable-text.ts';

export interface Discarder {
  /** Who does it: the id of an API key, `cli`, or `anyone` with AUTH=off. */
  actor: string;
  /** Why, in words. */
  why: string;
}

export type DiscardResult =
  | { outcome: 'discarded' }
  /** Redriven or discarded before. */
  | { outcome: 'settled'; state: Exclude<QuarantineState, 'open'> }
  | { outcome: 'not_found' };

/** Discards one entry, together with the note of who did it and why. By the primary key. */
export async function discardOne(sql: Sql, id: string, scope: ReadScope, by: Discarder): Promise<DiscardResult> {
  const state = await findQuarantineState(sql, id, scope);
  if (state === null) return { outcome: 'not_found' };
  if (state !== 'open') return { outcome: 'settled', state };
  const discarded = await discard(sql, sql`SELECT ${id}::uuid AS id`, by);
  // Somebody was quicker.
  return discarded === 1 ? { outcome: 'discarded' } : discardOne(sql, id, scope, by);
}

/**
 * Discards open entries, oldest first, up to `limit` of them. What somebody works on is passed over. Index and growth: as
 * listQuarantined.
 *
 * @returns how many; as many as `limit`, and there may be more
 */
export async function discardSome(sql: Sql, filter: QuarantineFilter, limit: number, by: Discarder): Promise<number> {
  const meant = sql`
    SELECT id FROM quarantined_events
    WHERE true ${filterConditions(sql, filter, 'open')}
    ORDER BY received_at, id
    LIMIT ${limit}
    FOR UPDATE SKIP LOCKED`;
  return discard(sql, meant, by);
}

async function discard(sql: Sql, meant: Fragment, { actor, why }: Discarder): Promise<number> {
  const rows = await sql`
    WITH meant AS MATERIALIZED (${meant}), discarded AS (
      UPDATE quarantined_events SET discarded_at = clock_timestamp()
      WHERE id IN (SELECT id FROM meant) ${stateCondition(sql, 'open')}
      RETURNING id
    )
    INSERT INTO quarantine_actions (quarantine_id, action, outcome, detail, mended, actor)
    SELECT id, 'discard', 'discarded', ${storableText(why)}::text, false, ${actor}::text FROM discarded`;
  return rows.count;
}
