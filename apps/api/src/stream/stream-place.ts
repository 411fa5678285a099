/** Where somebody stands in the feed, as the id of an SSE message: the place, and when it was true. */
import { CHANGES_KEPT_MS, isPlace } from '@wm/store';

/** Half of what is kept for certain: the other half is for clocks that differ. */
const RESUMABLE_MS = CHANGES_KEPT_MS / 2;

export function messageId(place: string, asOf: Date): string {
  return `${place}@${asOf.getTime()}`;
}

/** The place to go on from; null: none, or one so old that what came after may be forgotten. */
export function resumablePlace(lastEventId: string | undefined): string | null {
  const [place = '', at = ''] = (lastEventId ?? '').split('@');
  if (!/^\d{1,15}$/.test(at) || !isPlace(place)) return null;
  return Math.abs(Date.now() - Number(at)) < RESUMABLE_MS ? place : null;
}
