/** What can be done about rejected events. */
import type { RedriveCounts, RedriveResult } from '@wm/client';
import { client } from '../../api/client.ts';
import { addUp, type Redriven } from './told.ts';

/** Which open entries are meant. */
export interface Filter {
  reason?: string;
  env?: string;
  service?: string;
}

/**
 * @param mended the text of another event, to go in place of the kept one; null: as it was kept. It is sent as it was written:
 *   parsing and writing it anew would change large numbers.
 * @throws ApiProblem where somebody was quicker, or only the beginning of the text was kept
 */
export async function redriveOne(id: string, mended: string | null): Promise<RedriveResult> {
  const response = await client.request('POST', `/v1/quarantine/${encodeURIComponent(id)}/redrive`, {
    ...(mended !== null && { body: `{"event":${mended}}`, headers: { 'content-type': 'application/json' } }),
  });
  return response.json() as Promise<RedriveResult>;
}

export function discardOne(id: string, reason: string): Promise<{ outcome: 'discarded' }> {
  return client.ask('POST /v1/quarantine/{id}/discard', { path: { id }, body: { reason } });
}

/** Call by call until none is left. @param onProgress told after each call */
export async function redriveAll(filter: Filter, onProgress: (sofar: Redriven) => void): Promise<Redriven> {
  let sofar: Redriven = { stored: 0, duplicates: 0, rejected: 0, cut: 0, rejectedByReason: {} };
  let cursor: string | null = null;
  do {
    const counts: RedriveCounts = await client.ask('POST /v1/quarantine/redrive', {
      body: { filter, ...(cursor !== null && { cursor }) },
    });
    sofar = addUp(sofar, counts);
    onProgress(sofar);
    cursor = counts.nextCursor;
  } while (cursor !== null);
  return sofar;
}

/** @returns how many were discarded */
export async function discardAll(filter: Filter, reason: string, onProgress: (sofar: number) => void): Promise<number> {
  let discarded = 0;
  for (;;) {
    const answer = await client.ask('POST /v1/quarantine/discard', { body: { filter, reason } });
    discarded += answer.discarded;
    onProgress(discarded);
    if (!answer.more || answer.discarded === 0) return discarded;
  }
}
